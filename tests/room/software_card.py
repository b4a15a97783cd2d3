"""A sound card in software: PulseAudio with null sinks, which PortAudio reaches through ALSA.

speaker   a null sink: what the program plays; its monitor can be recorded
room      a null sink whose monitor is the microphone; what is played to it is heard by the program
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

SKIP = "needs PulseAudio: apt install pulseaudio pulseaudio-utils libasound2-plugins libportaudio2"
ALSA_CONFIG = """
<{system}>
pcm.!default {{ type pulse }}
ctl.!default {{ type pulse }}
"""
SYSTEM_ALSA = Path("/usr/share/alsa/alsa.conf")
STARTUP_S = 15.0


def is_available() -> bool:
    tools = all(shutil.which(tool) for tool in ("pulseaudio", "pactl", "paplay", "parec"))
    plugin = any(Path("/usr/lib").glob("**/alsa-lib/libasound_module_pcm_pulse.so"))
    return tools and SYSTEM_ALSA.is_file() and plugin


class SoftwareCard:
    """Running between `__enter__` and `__exit__`. `echo_ms`: also lead the speaker into the room; None: headphones.
    `microphone_channels`: what is played to the room reaches the microphone's channels one by one."""

    def __init__(self, echo_ms: int | None = 30, microphone_channels: int = 1) -> None:
        self._echo_ms = echo_ms
        self._microphone_channels = microphone_channels
        self._children: list[subprocess.Popen] = []
        self._speaking: list[subprocess.Popen] = []

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="localvoice-card-")
        folder = Path(self._folder.name)
        (folder / "asound.conf").write_text(ALSA_CONFIG.format(system=SYSTEM_ALSA))
        socket = folder / "socket"
        self.env = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
            "PULSE_SERVER": f"unix:{socket}",
            "PULSE_SINK": "speaker",
            "PULSE_SOURCE": "mic",
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
        }
        modules = [
            f"module-native-protocol-unix socket={socket} auth-anonymous=1",
            "module-null-sink sink_name=speaker rate=16000 channels=1",
            f"module-null-sink sink_name=room rate=16000 channels={self._microphone_channels}",
            "module-remap-source source_name=mic master=room.monitor",
        ]
        if self._echo_ms is not None:
            # The air of a room does not get longer when the sound server was held up.
            late = f"latency_msec={self._echo_ms} adjust_time=1 fast_adjust_threshold_msec=100"
            modules.append(f"module-loopback source=speaker.monitor sink=room {late}")
        command = ["pulseaudio", "-n", "--fail=yes", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        for module in modules:
            command += ["-L", module]
        self._command = command
        self._wait_for_server()
        return self

    def kill_and_revive(self, gap_s: float) -> None:
        """The sound server dies at once, and another takes its place after `gap_s`."""
        self.kill()
        time.sleep(gap_s)
        self._wait_for_server()

    def kill(self) -> None:
        """The sound server dies at once."""
        self._daemon.kill()
        self._daemon.wait(10)

    @property
    def has_ended(self) -> bool:
        """Whether the sound server has died by itself."""
        return self._daemon.poll() is not None

    def _wait_for_server(self) -> None:
        self._daemon = self._start(self._command)
        started_s = time.monotonic()
        while subprocess.run(["pactl", "info"], env=self.env, capture_output=True).returncode:
            if self.has_ended or time.monotonic() - started_s > STARTUP_S:
                self.__exit__()
                raise RuntimeError("pulseaudio did not start")

    def __exit__(self, *_):
        for child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
            child.wait(10)
        self._folder.cleanup()

    def speak(self, path: Path) -> subprocess.Popen:
        """Play a sound file to the microphone."""
        self._speaking.append(self._start(["paplay", "--device=room", str(path)]))
        return self._speaking[-1]

    def hush(self) -> None:
        """End what is still being said by `speak`."""
        for child in self._speaking:
            child.terminate()
            child.wait(10)
        self._speaking = []

    def record(self, path: Path, rate_hz: int = 16000, source: str = "speaker.monitor") -> subprocess.Popen:
        """Record what the program plays (or another `source`), as a mono WAV, until the process is terminated."""
        options = [f"--rate={rate_hz}", "--channels=1", "--format=s16le", "--file-format=wav", "--latency-msec=20"]
        return self._start(["parec", f"--device={source}", *options, str(path)])

    def _start(self, command: list[str]) -> subprocess.Popen:
        child = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._children.append(child)
        return child

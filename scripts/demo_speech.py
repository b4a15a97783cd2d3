"""Makes the visitor's recordings of the demo with espeak-ng and flite (Debian packages of those names).

python scripts/demo_speech.py            writes localvoice/demo/speech/*.flac
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from localvoice.demo import conversation, visitor  # noqa: E402
from localvoice.demo.conversation import PAUSE_S, Line  # noqa: E402
from localvoice.sound import EAR_HZ  # noqa: E402
from tests import conversations as second  # noqa: E402

LEVEL_RMS = 0.06
"""-24 dBFS while somebody speaks: an ordinary microphone at arm's length."""


def speak(text: str, voice: str) -> NDArray[np.float32]:
    """`text` in `voice`, mono at 16 kHz, without the silence around it."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        if voice.startswith("flite:"):
            command = ["flite", "-voice", voice.removeprefix("flite:"), "-t", text, "-o", file.name]
        else:
            command = ["espeak-ng", "-v", voice, "-s", "155", "-w", file.name, text]
        subprocess.run(command, check=True)
        samples, rate_hz = soundfile.read(file.name, dtype="float32")
    samples = soxr.resample(samples, rate_hz, EAR_HZ)
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]


def record(line: Line) -> NDArray[np.float32]:
    """The recording of one line: its parts and the pause between them."""
    parts = [speak(part.strip(), line.voice) for part in line.says.split("…")]
    pause = np.zeros(round(PAUSE_S * EAR_HZ), np.float32)
    samples = np.concatenate([piece for part in parts for piece in (pause, part)][1:])
    voiced = np.abs(samples) > 0.02 * np.abs(samples).max()
    samples = samples * (LEVEL_RMS / np.sqrt(np.mean(samples[voiced] ** 2)))
    return samples.astype(np.float32)


def main() -> None:
    for folder, lines in ((visitor.SPEECH, conversation.LINES), (second.SPEECH, second.LINES)):
        folder.mkdir(parents=True, exist_ok=True)
        for line in lines:
            samples = record(line)
            soundfile.write(folder / f"{line.name}.flac", samples, EAR_HZ, subtype="PCM_16")
            print(f"{line.name}: {len(samples) / EAR_HZ:.2f} s, {line.voice}: {line.says}")


if __name__ == "__main__":
    main()

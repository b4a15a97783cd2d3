"""Taking the assistant's own voice out of the microphone.

Speex keeps *what* the user says and leaves some echo; AEC3 tells *that* the user speaks and swallows much
of it. Both run on the same pairs of microphone and reference, sample by sample.

Either needs seconds of sound to learn a room, and the first reply comes before that. So what was played
and heard is remembered for a while, and both rehearse it early on: in the rooms of the tests AEC3 then takes
away over 20 dB of echo from the second half-second of sound on instead of 5 dB, and Speex gains 2 to 4 dB for
the first half-minute.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from localvoice.audio.delay import estimate_delay
from localvoice.engines.echo.aec3 import Aec3
from localvoice.engines.echo.speex import SpeexEcho
from localvoice.errors import AudioError
from localvoice.sound import EAR_HZ, Samples, power_of

Engine = Literal["both", "speex", "aec3", "off"]

FRAME_SAMPLES = 160
"""10 ms: AEC3 takes no other length, and Speex learns faster with short ones."""
FILTER_SAMPLES = 4096
"""256 ms: before the delay is known it has to cover the delay as well as the room."""
CAUSAL_MARGIN_MS = 12.0
"""The reference stays this far ahead of its echo: a filter cannot look into the future, and the estimate
may be late."""
MEMORY_S = 2.0
REHEARSE_FRAMES = 150
"""So many frames at least, several times over if needed; more would hold up the ears for too long."""
AEC3_LEARNT_S = 1.5
"""Later AEC3 gains nothing by it."""
REHEARSE_AFTER_S = (0.5, 1.0, 2.0, 4.0)
SOUND_DB = -55.0
"""A reference louder than this teaches something."""
IDLE_S = 1.0
"""Nothing was played for this long: no room still answers, and the microphone needs no cleaning."""
LOOK_EVERY_S = 0.5
MOVED_MS = 3.0


@dataclass(frozen=True, slots=True)
class Cleaned:
    """As many samples as went in, `EchoCanceller.latency_samples` late."""

    words: Samples
    """What the transcriber hears."""
    presence: Samples | None
    """In which only others than the assistant are heard; None if the engine has no such output."""
    delay_ms: float
    """From a sample of the reference to its echo, found or expected; 0 while unknown."""


class EchoCanceller:
    """`engine`: `both`, one of the two alone, or `off` (headphones). Belongs to one thread.

    `delay_ms`: the delay of the echo as it was measured earlier, 0 if unknown; it is where the search
    starts, and the first echo that is surely found elsewhere moves it.

    `notice` says in a sentence when an engine is missing and another does its work; empty otherwise.
    Raises AudioError when none of the engines asked for is on this machine.
    """

    latency_samples = FRAME_SAMPLES

    def __init__(self, engine: Engine, rate_hz: int = EAR_HZ, delay_ms: float = 0.0) -> None:
        self._rate_hz = rate_hz
        self._expected = round(delay_ms * rate_hz / 1000)
        self._use_speex, self._use_aec3, self.notice = _choose(engine, rate_hz)
        self._speex: SpeexEcho | None = None
        self._aec3: Aec3 | None = None
        self.reset()

    def reset(self) -> None:
        """The stream has a gap: delay and room are learnt again."""
        self._mic = np.zeros(0, np.float32)
        self._played = np.zeros(0, np.float32)
        self._ready_words = np.zeros(self.latency_samples, np.float32)
        self._ready_presence = np.zeros(self.latency_samples, np.float32)
        remembered = round(MEMORY_S * self._rate_hz) // FRAME_SAMPLES * FRAME_SAMPLES
        self._mic_memory = np.zeros(remembered, np.float32)
        self._played_memory = np.zeros(remembered + self._rate_hz, np.float32)  # as long as any delay more
        self._delay = self._expected
        self._found = False
        self._suggested = 0
        self._sounding = 0
        self._looked = 0
        self._rehearsals_left = list(REHEARSE_AFTER_S)
        self._idle = round(IDLE_S * self._rate_hz)
        self._renew()

    def feed(self, mic: Samples, played: Samples) -> Cleaned:
        """float32 mono of one length, any length; played[i] left for the speaker when mic[i] came in."""
        self._mic = np.concatenate([self._mic, mic])
        self._played = np.concatenate([self._played, played])
        whole = len(self._mic) // FRAME_SAMPLES * FRAME_SAMPLES
        words, presences = [self._ready_words], [self._ready_presence]
        for start in range(0, whole, FRAME_SAMPLES):
            part = slice(start, start + FRAME_SAMPLES)
            word, presence = self._frame(self._mic[part], self._played[part])
            words.append(word)
            presences.append(presence)
        self._mic, self._played = self._mic[whole:], self._played[whole:]
        all_words, all_presence = np.concatenate(words), np.concatenate(presences)
        count = len(mic)
        self._ready_words, self._ready_presence = all_words[count:], all_presence[count:]
        cleared = all_presence[:count] if self._use_aec3 else None
        return Cleaned(all_words[:count], cleared, 1000 * self._delay / self._rate_hz)

    def _frame(self, mic: Samples, played: Samples) -> tuple[Samples, Samples]:
        level = float(np.dot(played, played)) / FRAME_SAMPLES
        self._idle = 0 if level > 0.0 else self._idle + FRAME_SAMPLES
        if self._idle > IDLE_S * self._rate_hz or not (self._use_speex or self._use_aec3):
            return mic, mic
        self._remember(mic, played)
        if level > power_of(SOUND_DB):
            self._sounding += FRAME_SAMPLES
            self._learn()
        return self._cancel(mic, self._reference(0))

    def _cancel(self, mic: Samples, reference: Samples) -> tuple[Samples, Samples]:
        presence = self._aec3.feed(mic, reference) if self._aec3 is not None else mic
        return (self._speex.feed(mic, reference) if self._speex is not None else presence), presence

    # --- learning the room --------------------------------------------------------------------------------

    def _remember(self, mic: Samples, played: Samples) -> None:
        for memory, new in ((self._mic_memory, mic), (self._played_memory, played)):
            memory[:-FRAME_SAMPLES] = memory[FRAME_SAMPLES:]
            memory[-FRAME_SAMPLES:] = new

    def _reference(self, frames_ago: int) -> Samples:
        """The remembered reference for the frame of so many frames ago, with the bulk of the delay taken out."""
        end = len(self._played_memory) - self._delay_removed - frames_ago * FRAME_SAMPLES
        return self._played_memory[end - FRAME_SAMPLES : end]

    @property
    def _delay_removed(self) -> int:
        return max(0, self._delay - round(CAUSAL_MARGIN_MS * self._rate_hz / 1000))

    def _learn(self) -> None:
        moved = False
        if self._sounding - self._looked >= LOOK_EVERY_S * self._rate_hz:
            self._looked = self._sounding
            moved = self._look_for_delay()
            if moved:
                self._renew()
        due = bool(self._rehearsals_left) and self._sounding >= self._rehearsals_left[0] * self._rate_hz
        if due:
            del self._rehearsals_left[0]
        if due or moved:
            self._rehearse()

    def _look_for_delay(self) -> bool:
        """True when the delay is found for the first time and not where it was expected, or has moved and was
        found there twice."""
        count = min(len(self._mic_memory), max(self._sounding, self._rate_hz // 2))
        found = estimate_delay(self._played_memory[-count:], self._mic_memory[-count:], self._rate_hz)
        if not found.is_sure:
            return False
        near = MOVED_MS * self._rate_hz / 1000
        suggested, self._suggested = self._suggested, found.samples
        was_found, self._found = self._found, True
        if abs(found.samples - self._delay) <= near:
            return False
        if was_found and abs(found.samples - suggested) > near:
            return False
        self._delay = found.samples
        return True

    def _rehearse(self) -> None:
        """Go through the remembered sound again, up to but without the newest frame, which comes next."""
        frames = min(len(self._mic_memory), self._sounding) // FRAME_SAMPLES
        aec3 = self._aec3 if self._sounding < AEC3_LEARNT_S * self._rate_hz else None
        for _ in range(max(1, REHEARSE_FRAMES // frames)):
            for ago in range(frames - 1, 0, -1):
                end = len(self._mic_memory) - ago * FRAME_SAMPLES
                mic, reference = self._mic_memory[end - FRAME_SAMPLES : end], self._reference(ago)
                if self._speex is not None:
                    self._speex.feed(mic, reference)
                if aec3 is not None:
                    aec3.feed(mic, reference)

    def _renew(self) -> None:
        if self._speex is not None:
            self._speex.close()
        self._speex = SpeexEcho(FRAME_SAMPLES, FILTER_SAMPLES, self._rate_hz) if self._use_speex else None
        self._aec3 = Aec3(self._rate_hz) if self._use_aec3 else None


def _choose(engine: Engine, rate_hz: int) -> tuple[bool, bool, str]:
    """(use Speex, use AEC3, notice). With `both`, one that is missing is done without; alone, the other steps in."""
    missing: list[AudioError] = []
    has = {"speex": False, "aec3": False}
    if engine == "off":
        return False, False, ""
    wanted = ["speex", "aec3"] if engine == "both" else [engine, "aec3" if engine == "speex" else "speex"]
    for name in wanted:
        try:
            if name == "speex":
                SpeexEcho(FRAME_SAMPLES, FRAME_SAMPLES, rate_hz).close()
            else:
                Aec3(rate_hz)
            has[name] = True
        except AudioError as error:
            missing.append(error)
            continue
        if engine != "both":
            break
    if not any(has.values()):
        raise missing[0]
    if not missing:
        return has["speex"], has["aec3"], ""
    left = "WebRTC's AEC3" if has["aec3"] else "Speex"
    notice = f"{missing[0].message} {left} cancels the echo on its own. {missing[0].remedy}"
    return has["speex"], has["aec3"], notice

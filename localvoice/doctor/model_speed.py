"""In a process of its own: opens one model, measures how fast it is here, and prints that as one line of JSON.

A model that ends its process is thereby only a finding, and each one's memory is measured by itself.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from localvoice import config
from localvoice.errors import LocalvoiceError
from localvoice.sound import EAR_HZ

NO_FILE = "-"

RUNS = 3
"""The best of so many: something else may run at the same time."""
SAID = "03_timer.flac"
PROMPT_WORDS = 120
TURN = " Could you please switch the light in the kitchen on and tell me what time it is now?"
CLAUSE = "Sure, the light in the kitchen is on now."
CLAUSE_TOKENS = 10
"""A first clause goes to the voice after so many."""
SPOKEN_TOKENS_PER_S = 4.0
"""English speech at a usual pace, in the tokens of chat models: about three words a second."""
WRITTEN_TOKENS = 24


def main(kind: str, named: str, config_file: str) -> None:
    """Measure the model `named` ("" for the bundled one) of `kind`, with the other settings of `config_file` or
    without any ("-")."""
    try:
        settings = config.Settings() if config_file == NO_FILE else config.load(Path(config_file)).settings
        began_s = time.perf_counter()
        found = {"transcriber": transcriber, "chat": chat, "voice": voice}[kind](settings, named)
        found["total_s"] = time.perf_counter() - began_s
        found["peak_memory_mb"] = _peak_memory_mb()
    except LocalvoiceError as error:
        found = {"fault": error.message, "remedy": error.remedy}
    print(json.dumps(found))


def transcriber(settings: config.Settings, named: str) -> dict[str, Any]:
    """Seconds to understand a few seconds of speech."""
    from localvoice.audio import wav
    from localvoice.bundled import SPEECH
    from localvoice.turn.build import load_whisper

    part = replace(settings.transcriber, model=named)
    whisper, load_s = _timed(lambda: load_whisper(replace(settings, transcriber=part)))
    samples, _ = wav.read(SPEECH / SAID)
    seconds = len(samples) / EAR_HZ
    best_s = min(_timed(lambda: whisper.transcribe(samples))[1] for _ in range(RUNS))
    return {
        "load_s": load_s,
        "final_ms": 1000 * best_s,
        "audio_s": seconds,
        "real_time_factor": best_s / seconds,
        "device": whisper.device,
        "notice": whisper.notice,
    }


def chat(settings: config.Settings, named: str) -> dict[str, Any]:
    """Tokens a second, read and written, and the wait for the first token of an answer to a turn."""
    from localvoice.doctor import chat_model
    from localvoice.turn.build import load_chat

    part = replace(settings.chat, model=named, context_tokens=min(2048, settings.chat.context_tokens))
    engine, load_s = _timed(lambda: load_chat(replace(settings, chat=part)))
    about = chat_model.examine(engine)
    prompt = engine.tokenise(" ".join(["The quick brown fox jumps over the lazy dog."] * (PROMPT_WORDS // 9)))
    prompt = prompt[: engine.context_tokens // 2]
    turn = engine.tokenise(TURN)
    first_s, read_s, write_s = [], [], []
    for _ in range(RUNS):
        engine.keep(prompt[:1])
        read_s.append(_timed(lambda: engine.keep(prompt))[1])
        first_s.append(_timed(lambda: (engine.keep([*prompt, *turn]), engine.sample()))[1])
        write_s.append(_timed(lambda: [engine.add(engine.sample()) for _ in range(WRITTEN_TOKENS)])[1])
    engine.close()
    token_s = min(write_s) / WRITTEN_TOKENS
    return {
        "load_s": load_s,
        "read_tokens_per_s": (len(prompt) - 1) / min(read_s),
        "write_tokens_per_s": 1 / token_s,
        "first_token_ms": 1000 * min(first_s),
        "first_clause_ms": 1000 * (CLAUSE_TOKENS - 1) * token_s,
        "real_time_factor": SPOKEN_TOKENS_PER_S * token_s,
        "device": engine.device,
        "notice": engine.notice,
        **about,
    }


def voice(settings: config.Settings, named: str) -> dict[str, Any]:
    """Seconds to say a clause."""
    from localvoice.turn.build import load_voice

    part = replace(settings.voice, model=named)
    made, load_s = _timed(lambda: load_voice(replace(settings, voice=part)))
    # A clause that was said before is remembered; each run says another.
    clauses = [CLAUSE.replace("Sure", word) for word in ("Okay", "Right", "Good", "Sure")]
    made.clause(clauses[0])
    runs = [_timed(partial(made.clause, text)) for text in clauses[1:]]
    spoken, best_s = min(runs, key=lambda run: run[1] / len(run[0].samples))
    seconds = len(spoken.samples) / EAR_HZ
    return {"load_s": load_s, "clause_ms": 1000 * best_s, "audio_s": seconds, "real_time_factor": best_s / seconds}


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began_s = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began_s


def _peak_memory_mb() -> float:
    try:
        import resource
    except ImportError:
        return 0.0  # Windows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main(*sys.argv[1:4])

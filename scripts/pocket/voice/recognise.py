"""Two listeners for score.py: pocketsphinx with a grammar of the world, and the bundled transcriber."""

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from texts import ONES, TENS

Samples = NDArray[np.float32]
Listener = Callable[[Samples], str]

CLASSES: dict[str, list[str]] = {
    "number": ["zero", *ONES[1:], *TENS, "hundred", "quarters", "half"],
    "room": "kitchen,bedroom,living,bathroom,hallway,office,garage,basement,attic".split(","),
    "device": "light,lights,lamp,fan,heater,television,radio,machine,oven,kettle,speaker".split(","),
    "food": (
        "apples,cheese,toothpaste,onions,bananas,butter,milk,eggs,bread,rice,pasta,sugar,flour,tomatoes,chicken,honey,"
        "cream,soy,oat,almond,coffee,tea,laundry"
    ).split(","),
    "drink": "cappuccino,latte,espresso,mocha,americano,coffee".split(","),
    "size": "small,medium,large,dark,light,single,double,triple".split(","),
    "unit": (
        "seconds,second,minutes,minute,hours,hour,miles,kilometers,milliliters,cups,pounds,kilograms,fahrenheit,"
        "celsius,percent,degrees,ounce"
    ).split(","),
    "day": "monday,tuesday,wednesday,thursday,friday,saturday,sunday,tomorrow,today,weekend".split(","),
    "switch": "on,off,up,down,out".split(","),
    "sum": "plus,minus,times,divided,add,subtract,divide".split(","),
}
CLASS_OF = {word: name for name, words in CLASSES.items() for word in words}
PRONOUNCED = {
    "milliliters": "M IH L AH L IY T ER Z",
    "americano": "AH M EH R IH K AA N OW",
    "mocha": "M OW K AH",
    "latte": "L AA T EY",
    "toothpaste": "T UW TH P EY S T",
    "fahrenheit": "F EH R AH N HH AY T",
    "celsius": "S EH L S IY AH S",
    "espresso": "EH S P R EH S OW",
    "cappuccino": "K AA P AH CH IY N OW",
    "kilometers": "K AH L AA M AH T ER Z",
    "kilograms": "K IH L AH G R AE M Z",
    "hallway": "HH AO L W EY",
    "heater": "HH IY T ER",
    "laundry": "L AO N D R IY",
}


def grammar(sentences: Iterable[str]) -> str:
    """A JSGF grammar: the sentences' patterns, each word of a class replaced by the whole class."""
    patterns = sorted({" ".join(f"<{CLASS_OF[w]}>" if w in CLASS_OF else w for w in s.split()) for s in sentences})
    rules = [f"<{name}> = {' | '.join(sorted(set(words)))};" for name, words in CLASSES.items()]
    return "\n".join(["#JSGF V1.0;", "grammar world;", *rules, f"public <said> = {' | '.join(patterns)};"])


def sphinx(jsgf: str) -> Listener:
    """pocketsphinx with its own English model and a grammar; float samples at 16 kHz -> words."""
    from pocketsphinx import Decoder

    decoder = Decoder(samprate=16000, loglevel="FATAL")
    words = set(re.findall(r"[a-z']+", " ".join(line.split("=", 1)[-1] for line in jsgf.splitlines()[2:])))
    for word in sorted(words - {"said"}):
        if decoder.lookup_word(word) is None and word in PRONOUNCED:
            decoder.add_word(word, PRONOUNCED[word], False)
    with tempfile.NamedTemporaryFile("w", suffix=".gram") as file:
        file.write(jsgf)
        file.flush()
        decoder.add_jsgf_file("world", file.name)
    decoder.activate_search("world")

    def listen(samples: Samples) -> str:
        rest = np.zeros(4800, dtype=np.float32)
        hiss = np.random.default_rng(1).standard_normal(len(samples) + 9600).astype(np.float32) * 3e-4
        data = (np.concatenate([rest, samples, rest]) + hiss) * 32767
        decoder.start_utt()
        decoder.process_raw(np.clip(data, -32767, 32767).astype(np.int16).tobytes(), full_utt=True)
        decoder.end_utt()
        best = decoder.hyp()
        return "" if best is None else str(best.hypstr)

    return listen


def transcriber(folder: Path) -> Listener:
    """The bundled transcriber on a short context: float samples at 16 kHz -> words."""
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language="en")

    def listen(samples: Samples) -> str:
        rest = np.zeros(4000, dtype=np.float32)
        features = model.feature_extractor(np.concatenate([rest, samples, rest]))
        context = min(max(200, 50 * -(-(len(samples) + 8000) // 8000)), 3000)
        encoded = model.encode(features[:, :context])
        prompt = model.get_prompt(tokenizer, [], without_timestamps=True)
        result = model.model.generate(encoded, [prompt], beam_size=5, max_length=80)[0]
        return tokenizer.decode([t for t in result.sequences_ids[0] if t < tokenizer.eot])

    return listen


def words(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]", " ", text.lower()).split()


def compared(said: list[str], heard: list[str]) -> tuple[int, int]:
    """(substitutions, insertions and deletions; words that were got), of the alignment with the fewest errors."""
    row = [(j, 0) for j in range(len(heard) + 1)]
    for i, a in enumerate(said, 1):
        previous, row[0] = row[0], (i, 0)
        for j, b in enumerate(heard, 1):
            here = (previous[0] + (a != b), previous[1] - (a == b))
            missing, added = (row[j][0] + 1, row[j][1]), (row[j - 1][0] + 1, row[j - 1][1])
            previous, row[j] = row[j], min(here, missing, added)
    errors, got = row[-1]
    return errors, -got


def espeak(text: str) -> Samples:
    """espeak-ng's own speech at 16 kHz, silence cut off both ends."""
    return spoken_by(["espeak-ng", "-v", "en-us", "-w", "{wav}", text])


def flite(text: str) -> Samples:
    """flite's `slt`, which the pocket voice learned from."""
    return spoken_by(["flite", "-voice", "slt", "-t", text, "-o", "{wav}"])


def spoken_by(command: list[str]) -> Samples:
    """Runs a program that writes a WAV file; returns it at 16 kHz without silence around it."""
    import soxr

    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run([part.format(wav=file.name) for part in command], check=True, capture_output=True)
        samples, rate = soundfile.read(file.name, dtype="float32")
    if rate != 16000:
        samples = soxr.resample(samples, rate, 16000)
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return np.asarray(samples[loud[0] : loud[-1] + 1], dtype=np.float32)

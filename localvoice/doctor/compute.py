"""Which llama.cpp runs and what the other one would bring, and the graphics cards that the engines see."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from localvoice import child
from localvoice.config import Settings
from localvoice.doctor.check import Check

LONGEST_S = 60.0
FASTER_SETS = {
    "AVX-512": "AVX512", "VNNI": "AVX512_VNNI AVX_VNNI", "dot product": "DOTPROD", "I8MM": "MATMUL_INT8", "SVE": "SVE",
}  # fmt: skip
"""Instructions that make int8 arithmetic faster, as doctor/cpu.py calls them, and llama.cpp's words for them."""
GAIN = "Measured with VNNI: the compiled one reads long prompts 1.1 to 2 times as fast, and writes no faster."
GAIN_ON_ARM = "Not measured yet, but quantised models spend most of their time with these."
COMPILE = "pip install 'localvoice[compiled]'"

_LOOK = """
import json
from localvoice.errors import LocalvoiceError
try:
    from localvoice.engines.chat import llama_library
    from localvoice.engines.chat.cards import GPU, INTEGRATED
    library = llama_library.load()
    devices = [[one.name, one.about] for one in library.devices() if one.type in (GPU, INTEGRATED)]
    print(json.dumps({"name": library.name, "kind": library.kind, "features": library.features, "devices": devices}))
except LocalvoiceError as error:
    print(json.dumps({"fault": error.message, "remedy": error.remedy}))
"""
_COUNT = """
import json
from localvoice.engines.transcriber.ct2 import cuda_cards
cards, fault = cuda_cards()
print(json.dumps({"cards": cards, "fault": fault}))
"""


def examine(settings: Settings, processor: Sequence[str]) -> list[Check]:
    """The checks "llama.cpp" and "cards". `processor`: the instruction sets that this machine has (doctor/cpu.py)."""
    llama, ctranslate2 = (_answer(child.run(code, LONGEST_S)) for code in (_LOOK, _COUNT))
    return [library(llama, processor), cards(llama, ctranslate2, settings)]


def library(found: Mapping[str, Any], processor: Sequence[str]) -> Check:
    """Which llama.cpp it is; `found` is what the child printed."""
    if "fault" in found:
        return Check("llama.cpp", "fail", str(found["fault"]), str(found["remedy"]))
    features = list(found["features"])
    figures = {"library": found["name"], "kind": found["kind"], "features": features}
    made = "compiled for this machine" if found["kind"] == "compiled" else "ready-made"
    sentence = f"{found['name']}, {made}, with {', '.join(features) or 'no special instructions'}."
    if found["kind"] == "compiled":
        return Check("llama.cpp", "ok", f"{sentence} {GAIN}", "", figures)
    unused = [name for name, words in FASTER_SETS.items() if name in processor and not {*words.split()} & {*features}]
    if not unused:
        return Check("llama.cpp", "ok", f"{sentence} Compiling one would bring nothing here.", "", figures)
    gain = GAIN if {"AVX-512", "VNNI"} & {*unused} else GAIN_ON_ARM
    sentence += f" It does not use this processor's {' and '.join(unused)}; one compiled here does. {gain}"
    return Check("llama.cpp", "ok", sentence, COMPILE, figures | {"unused": unused})


def cards(llama: Mapping[str, Any], ctranslate2: Mapping[str, Any], settings: Settings) -> Check:
    """What there is to compute on beside the processor, and whether the settings ask for what is not there."""
    count = int(ctranslate2.get("cards", 0))
    seen = [f"{name} ({about})" for name, about in llama.get("devices", [])]
    chat, transcriber = settings.chat.compute, settings.transcriber.compute
    sentence = (
        f"CTranslate2 sees {count or 'no'} card{'s' if count > 1 else ''}, llama.cpp {', '.join(seen) or 'none'}; "
        f"the transcriber's compute is {transcriber}, the chat model's {chat}."
    )
    figures = {"ctranslate2": count, "llama": seen, "transcriber": transcriber, "chat": chat}
    if fault := str(ctranslate2.get("fault", "")):
        figures["fault"] = fault
    missing = [
        name
        for name, compute, there in (("transcriber.compute", transcriber, count), ("chat.compute", chat, len(seen)))
        if compute not in ("cpu", "auto") and not there
    ]
    if missing:
        remedy = (
            f"Set {' and '.join(missing)} to cpu, or install the card's driver and a library that was built for it."
        )
        return Check("cards", "warn", f"{sentence} The processor takes over.", remedy, figures)
    return Check("cards", "ok", sentence, "", figures)


def _answer(ended: child.Ended) -> dict[str, Any]:
    """What the child printed last; a fault where it printed nothing."""
    for line in reversed(ended.output.splitlines()):
        try:
            found = json.loads(line)
        except ValueError:
            continue  # Some library greets.
        if isinstance(found, dict):
            return found
    reason = ended.died or (ended.errors.strip().splitlines() or ["it gave no answer"])[-1][:200]
    return {"fault": f"llama.cpp cannot be loaded: it {reason}.", "remedy": f"Compile it here: {COMPILE}"}

"""What runs where. There is no card here: what the libraries would answer with one is put in their place."""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from localvoice import bundled
from localvoice.engines.chat import cards, llama, llama_library
from localvoice.engines.chat.cards import CPU, GPU, INTEGRATED, Device, choose
from localvoice.engines.chat.llama import LlamaEngine
from localvoice.engines.transcriber import card as transcriber_card
from localvoice.engines.transcriber.whisper import Whisper
from localvoice.errors import ModelBroken
from tests.engines.libraries import INSTALLED, chosen

CHAT = bundled.path("pocket/chat/pocket-chat.gguf")
EARS = bundled.path("pocket/transcriber")
PROCESSOR = Device("CPU", "a processor", "cpu", CPU)
HELPER = Device("BLAS", "Accelerate", "blas", 3)
CUDA = Device("CUDA0", "a big card", "cuda", GPU)
SHARED = Device("Vulkan0", "in the processor", "vulkan", INTEGRATED)
VULKAN = Device("Vulkan1", "a card of its own", "vulkan", GPU)


@pytest.mark.parametrize(
    ("compute", "devices", "card"),
    [
        ("cpu", [PROCESSOR, CUDA], None),
        ("auto", [PROCESSOR, HELPER], None),
        ("auto", [PROCESSOR, SHARED], None),
        ("auto", [PROCESSOR, SHARED, VULKAN], VULKAN),
        ("auto", [CUDA, VULKAN, PROCESSOR], CUDA),
        ("cuda", [CUDA, PROCESSOR], CUDA),
        ("vulkan", [CUDA, SHARED, VULKAN], VULKAN),
        ("vulkan", [CUDA, SHARED], SHARED),
    ],
)
def test_the_card_that_a_setting_means(compute: str, devices: list[Device], card: Device | None) -> None:
    assert choose(compute, devices, "a library") == (card, "")


def test_a_card_that_is_not_there_is_said() -> None:
    card, notice = choose("cuda", [PROCESSOR], "xllamacpp 1")
    assert card is None
    assert notice == "chat.compute is cuda, but xllamacpp 1 has none: it sees no GPU. The chat model runs on the CPU."
    assert "it sees CUDA0." in choose("metal", [CUDA, PROCESSOR], "xllamacpp 1")[1]


# --- the chat model -------------------------------------------------------------------------------------------------


@pytest.fixture(params=INSTALLED)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The real library; what it is asked for is written down, and its devices can be set."""
    with chosen(request.param):
        real = llama_library.load()
        spy = Spy(real)
        monkeypatch.setattr(llama_library, "load", lambda: spy.library)
        yield spy


class Spy:
    """`models` and `contexts`: the wishes that came by, as dicts; `devices`: what it says it has."""

    def __init__(self, real: llama_library.Library) -> None:
        self.models: list[dict[str, Any]] = []
        self.contexts: list[dict[str, Any]] = []
        self.devices: list[Device] = [PROCESSOR]
        self.on_card: Callable[[Any, Any], Any] | None = None
        self._real = real
        spy = self

        class Calls:
            def __getattr__(self, name: str) -> Any:
                return getattr(real.calls, name)

            def llama_model_load_from_file(self, path: bytes, wanted: Any) -> Any:
                listed = ctypes.cast(wanted.devices, ctypes.POINTER(ctypes.c_void_p))
                card = listed[0]
                spy.models.append({"card": card, "n_gpu_layers": wanted.n_gpu_layers, "load_mode": wanted.load_mode})
                if not card:
                    return real.calls.llama_model_load_from_file(path, wanted)
                if spy.on_card is None:
                    return None  # as where its memory is full
                wanted.devices = ctypes.cast((ctypes.c_void_p * 1)(None), ctypes.c_void_p)
                return spy.on_card(path, wanted)

            def llama_init_from_model(self, model: Any, wanted: Any) -> Any:
                fields = ("n_batch", "n_ubatch", "offload_kqv", "op_offload")
                spy.contexts.append({name: getattr(wanted, name) for name in fields})
                return real.calls.llama_init_from_model(model, wanted)

        self.library = _WithDevices(real.kind, real.version, real.file, Calls(), real.handles, spy)


class _WithDevices(llama_library.Library):
    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts[:-1])
        object.__setattr__(self, "_spy", parts[-1])

    __slots__ = ("_spy",)

    def devices(self) -> tuple[Device, ...]:
        return tuple(self._spy.devices)


def opened(**wishes: Any) -> LlamaEngine:
    engine = LlamaEngine(CHAT, 256, 1, **wishes)
    engine.keep(engine.tokenise("turn on the kitchen light"))
    engine.close()
    return engine


@pytest.mark.parametrize("wishes", [{}, {"compute": "cpu"}, {"compute": "cuda", "gpu_layers": 0}])
def test_on_the_processor_nothing_is_offered_to_a_card(library: Spy, wishes: dict[str, Any]) -> None:
    library.devices = [replace(CUDA, handle=0xDEAD)]
    engine = opened(**wishes)
    assert (engine.device, engine.notice) == ("CPU", "")
    (model,), (context,) = library.models, library.contexts
    assert model == {"card": None, "n_gpu_layers": 0, "load_mode": 0}
    assert context == {"n_batch": 256, "n_ubatch": 256, "offload_kqv": False, "op_offload": False}


def test_cards_are_not_even_counted_for_the_processor(library: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_WithDevices, "devices", lambda self: pytest.fail("drivers were started"))
    assert opened(compute="cpu").device == "CPU"


def test_a_card_gets_all_layers_in_short_batches(library: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    probed: list[tuple[str, bool]] = []
    monkeypatch.setattr(llama, "survives", lambda path, code, *beside, limited: probed.append((code, limited)) or "")
    library.devices = [replace(CUDA, handle=0xDEAD), PROCESSOR]
    library.on_card = library._real.calls.llama_model_load_from_file
    engine = opened(compute="auto")
    assert (engine.device, engine.notice) == ("CUDA0", "")
    assert library.models[0]["card"] == 0xDEAD and library.models[0]["n_gpu_layers"] == -1
    assert library.contexts == [{"n_batch": 256, "n_ubatch": 64, "offload_kqv": True, "op_offload": True}]
    # Without the limit on memory, which CUDA's reservations exceed; what came out without one was the processor.
    ((code, limited),) = probed
    assert not limited and "_try(" in code and "'auto', -1" in code
    engine = LlamaEngine(CHAT, 512, 1, compute="cuda", gpu_layers=7)
    assert library.models[-1]["n_gpu_layers"] == 7
    asked: list[int] = []

    def stop() -> bool:
        asked.append(len(engine.tokens))
        return False

    engine.keep(list(range(200)), stop)
    engine.close()
    assert {0, 64, 128, 192} <= set(asked)


def test_a_card_that_ends_the_probe_is_not_tried_here(library: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama, "survives", lambda *a, **k: "the process that opens it was ended by signal 6.")
    library.devices = [replace(CUDA, handle=0xDEAD)]
    engine = opened(compute="cuda")
    assert engine.device == "CPU" and [model["card"] for model in library.models] == [None]
    assert engine.notice == (
        "The chat model runs on the CPU, because it does not work on CUDA0 (a big card): "
        "the process that opens it was ended by signal 6."
    )


def test_a_card_without_room_gives_way_to_the_processor(library: Spy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama, "survives", lambda *a, **k: "")
    library.devices = [replace(CUDA, handle=0xDEAD)]
    engine = opened(compute="cuda")
    assert engine.device == "CPU" and [model["card"] for model in library.models] == [0xDEAD, None]
    assert "does not work on CUDA0" in engine.notice and "no reason given" in engine.notice
    assert library.contexts == [{"n_batch": 256, "n_ubatch": 256, "offload_kqv": False, "op_offload": False}]


def test_a_wish_for_a_card_of_another_kind_is_answered_by_the_processor(library: Spy) -> None:
    library.devices = [PROCESSOR]
    engine = opened(compute="vulkan")
    assert engine.device == "CPU" and "chat.compute is vulkan" in engine.notice
    assert opened(compute="auto").notice == ""


@pytest.mark.parametrize("kind", INSTALLED)
def test_the_probe_of_a_card_says_when_the_processor_took_over(
    kind: llama_library.Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real probe, in its process, of a card that is not there: it must not call the processor a success."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code = f"from localvoice.engines.chat.llama import _try; _try({str(CHAT)!r}, 'cuda', -1)"
    with chosen(kind):
        assert "it sees no GPU" in llama.survives(CHAT, code, limited=False)
        assert llama.survives(CHAT, code.replace("'cuda'", "'cpu'"), limited=False) == ""


def test_a_broken_file_is_a_broken_file_on_a_card_too(tmp_path: Path) -> None:
    file = tmp_path / "half.gguf"
    file.write_bytes(CHAT.read_bytes()[:-1])
    with pytest.raises(ModelBroken):
        LlamaEngine(file, compute="auto")


@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's list of mapped files")
def test_a_small_model_is_read_and_not_mapped(library: Spy) -> None:
    """A mapped file that is replaced while in use ends the process."""
    # Other tests of this process may have mapped the file with other libraries.
    before = Path("/proc/self/maps").read_text().count(CHAT.name)
    engine = LlamaEngine(CHAT, 256, 1)
    assert Path("/proc/self/maps").read_text().count(CHAT.name) <= before
    engine.close()


# --- the transcriber ------------------------------------------------------------------------------------------------


class Ctranslate2:
    """What opening and encoding do on a machine that is described by `count` and `fails`."""

    def __init__(self, count: int, fails: str = "", at: str = "encode") -> None:
        self.count, self.fails, self.at = count, fails, at
        self.done: list[str] = []

    def open_on(self, device: str, kind: str) -> str:
        self.done.append(f"open {device} {kind}")
        if device == "cuda" and self.at == "open":
            raise ValueError(self.fails)
        return device

    def encode(self, model: str) -> None:
        self.done.append(f"encode on {model}")
        if self.fails:
            raise RuntimeError(self.fails)

    def opened(self, compute: str, probe: str = "") -> tuple[Any, str, str]:
        return transcriber_card.opened(compute, self.open_on, self.encode, lambda: self.count, lambda: probe)


def test_a_transcriber_on_a_card_has_encoded_once_when_it_is_open() -> None:
    machine = Ctranslate2(1)
    assert machine.opened("cuda") == ("cuda", "cuda", "")
    assert machine.done == ["open cuda float16", "encode on cuda"]


def test_a_card_whose_libraries_are_missing_gives_way_at_the_first_encode() -> None:
    machine = Ctranslate2(1, "Library libcublas.so.12 is not found or cannot be loaded")
    assert machine.opened("auto") == (
        "cpu",
        "cpu",
        "The transcriber runs on the CPU, because it does not work on the GPU: "
        "Library libcublas.so.12 is not found or cannot be loaded",
    )
    assert machine.done == ["open cuda float16", "encode on cuda", "open cpu int8"]


def test_so_does_one_that_does_not_open_and_one_that_ended_the_probe() -> None:
    old = Ctranslate2(1, "the target device does not support efficient float16 computation", at="open")
    assert old.opened("cuda")[1] == "cpu" and "float16" in old.opened("cuda")[2]
    deadly = Ctranslate2(1)
    assert "signal 6" in deadly.opened("cuda", "the process that opens it was ended by signal 6.")[2]
    assert deadly.done == ["open cpu int8"]


def test_without_a_card_auto_says_nothing_and_cuda_does() -> None:
    assert Ctranslate2(0).opened("auto") == ("cpu", "cpu", "")
    assert Ctranslate2(0).opened("cuda") == ("cpu", "cpu", transcriber_card.NO_CARD)


def test_on_the_processor_cards_are_not_counted() -> None:
    machine = Ctranslate2(1)
    found = transcriber_card.opened(
        "cpu", machine.open_on, machine.encode, lambda: pytest.fail("counted"), lambda: pytest.fail("probed")
    )
    assert found == ("cpu", "cpu", "") and machine.done == ["open cpu int8"]


def test_the_real_one_counts_and_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card that is counted and not there: the probe in its own process finds that out, and the processor hears."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Whisper(EARS, 1).device == "cpu"
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 1)
    ears = Whisper(EARS, 1, compute="cuda")
    assert ears.device == "cpu" and ears.notice.startswith("The transcriber runs on the CPU")
    assert ears.notice.count(".") >= 1


def test_a_driver_that_is_too_old_is_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    def count() -> int:
        raise RuntimeError("CUDA driver version is insufficient for CUDA runtime version")

    monkeypatch.setattr("ctranslate2.get_cuda_device_count", count)
    assert Whisper(EARS, 1, compute="cuda").notice == transcriber_card.NO_CARD


def test_what_the_cards_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own words for its devices become the settings' words."""
    answers = {
        "ggml_backend_dev_count": lambda: 3,
        "ggml_backend_dev_get": lambda number: number + 1,
        "ggml_backend_dev_name": lambda device: [b"CUDA0", b"MTL0", b"CPU"][device - 1],
        "ggml_backend_dev_description": lambda device: [b"a card", None, b"a processor"][device - 1],
        "ggml_backend_dev_type": lambda device: [1, 1, 0][device - 1],
        "ggml_backend_dev_backend_reg": lambda device: device,
        "ggml_backend_reg_name": lambda device: [b"CUDA", b"MTL", b"CPU"][device - 1],
    }
    handle = {name: _Function(answer) for name, answer in answers.items()}
    found = llama_library._devices([_Handle(handle)])  # type: ignore[list-item]
    assert [(one.name, one.kind, one.type, one.handle) for one in found] == [
        ("CUDA0", "cuda", GPU, 1), ("MTL0", "metal", GPU, 2), ("CPU", "cpu", CPU, 3)
    ]  # fmt: skip
    assert found[1].about == ""
    assert cards.fell_back(found[0], "why.").endswith("CUDA0 (a card): why.")


class _Function:
    def __init__(self, answer: Callable[..., Any]) -> None:
        self.answer = answer

    def __call__(self, *arguments: Any) -> Any:
        return self.answer(*arguments)


class _Handle:
    def __init__(self, functions: dict[str, _Function]) -> None:
        self.__dict__.update(functions)

    def __getitem__(self, name: str) -> _Function:
        found: _Function = self.__dict__[name]
        return found

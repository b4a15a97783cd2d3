"""Makes the parts from the settings. Without models of your own the bundled pocket models are taken."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from localvoice import bundled, model_kinds
from localvoice.audio.card import Card
from localvoice.audio.echo import EchoCanceller
from localvoice.audio.playback import Playback
from localvoice.catalog.entry import ENGINES, Kind
from localvoice.config import Settings
from localvoice.engines.chat import abilities
from localvoice.engines.chat.sampling_settings import GREEDY, USUAL, Sampling
from localvoice.engines.open import HIBARI, open_chat, open_transcriber, open_voice
from localvoice.engines.voice import hibari
from localvoice.events import Event, Notice
from localvoice.hear.barge_in import BargeIn
from localvoice.hear.endpointing import EndpointingSettings
from localvoice.hear.listener import Listener
from localvoice.hear.ring import SpeechRing
from localvoice.hear.streaming import StreamingTranscriber
from localvoice.log import show
from localvoice.speak.fillers import all_fillers
from localvoice.speak.voice import Voice
from localvoice.think.commands.understood import Understand
from localvoice.think.conversation import SPOKEN, SYSTEM, Conversation
from localvoice.think.tools.attempt import Fault
from localvoice.think.tools.registry import Registry
from localvoice.think.tools.runner import ToolRunner
from localvoice.think.writing import TOOL_ROUNDS, Limits
from localvoice.turn.assistant import Parts

if TYPE_CHECKING:
    from localvoice.engines.chat.llama import LlamaEngine
    from localvoice.engines.transcriber.whisper import Whisper

WORDS_MS = 2000
"""A pause waits so long for its words, which may show that more is to come. Later ones are taken as they are."""


@dataclass(slots=True)
class Engines:
    """Loaded and warm."""

    whisper: "Whisper"
    conversation: Conversation
    abort: Callable[[], None]
    runner: ToolRunner
    voice: Voice
    close: Callable[[], None]
    """Frees the chat model. Nothing that thinks may run any more."""
    notices: tuple[str, ...] = ()
    """What a person should know about what the models run on, a sentence each."""


@dataclass(frozen=True, slots=True)
class Model:
    """What the settings mean by a model."""

    name: str
    """As the settings have it; "pocket" or "hibari" if they leave it out."""
    path: Path
    engine: str
    """As in engines/open.py."""


def model_of(settings: Settings, kind: Kind) -> Model:
    """The model that is opened for `kind`: the one that is named, else a bundled one.

    An English voice that a package of ours carries goes before the pocket voice: it speaks like a person.
    Raises ModelError, CatalogError, SettingsError.
    """
    if named := model_kinds.named(settings)[kind]:
        from localvoice.catalog import model_paths, verify_on_load

        path = model_paths.path_of(named, kind, settings.models.folder)
        verify_on_load.check(path, settings.models.folder)
        return Model(named, path, model_paths.engine_of(named, kind))
    if kind == "voice" and settings.transcriber.language == "en" and (folder := hibari.package_folder()):
        return Model("hibari", folder, HIBARI)
    return Model("pocket", bundled.path(model_kinds.BUNDLED[kind]), ENGINES[kind][0])


def notices(settings: Settings) -> list[str]:
    """What a person should know before the conversation starts, a sentence each."""
    named = {"transcriber": settings.transcriber.model, "chat model": settings.chat.model}
    pocket = [name for name, model in named.items() if not model]
    if not pocket:
        return []
    which, know = ("models", "know") if len(pocket) == len(named) else (pocket[0], "knows")
    return [
        f"Running on the bundled pocket {which}, which only {know} English about a household and a coffee counter. "
        "For real models: `localvoice models pull starter`, then `localvoice models use starter`."
    ]


def load_whisper(settings: Settings) -> "Whisper":
    """The transcriber's engine. Raises ModelError, CatalogError."""
    return open_transcriber(model_of(settings, "transcriber").path, settings.transcriber)


def load_voice(settings: Settings, rate_hz: int | None = 16_000) -> Voice:
    """The voice, at the rate of the card or, with None, at its own. Raises ModelError, CatalogError."""
    model = model_of(settings, "voice")
    return Voice(open_voice(model.path, model.engine), rate_hz, settings.voice.speed)


def load_chat(settings: Settings) -> "LlamaEngine":
    """The chat model's engine alone. Raises ModelError, CatalogError."""
    return open_chat(model_of(settings, "chat").path, settings.chat)


def sampling(settings: Settings, of_file: Sampling | None) -> Sampling:
    """How the chat model's words are chosen: as its publisher recommends, by the catalog or its file, where that is
    known. The bundled model says the same thing in the same words, and is right to."""
    from localvoice.catalog import listing

    part = settings.chat
    if not part.model:
        found = GREEDY
    else:
        entry = listing.load().entries.get(part.model)
        found = (entry.sampling if entry else None) or of_file or USUAL
    return found if part.temperature < 0 else replace(found, temperature=part.temperature)


def chat_notices(engine: "LlamaEngine") -> list[str]:
    """What a person should know about the chat model, a sentence or two each."""
    return [*filter(None, (engine.notice, abilities.lacks(engine.name, engine.format)))]


def load_conversation(
    settings: Settings, post: Callable[[Event], None], *, alarms_ring: bool = True
) -> tuple[Conversation, ToolRunner, "LlamaEngine"]:
    """The conversation, its tools, and the engine below; tools `post` what they have to say or to ask for. Not
    `alarms_ring`: alarms are left to another process, or to the next start.

    Raises ModelError, SettingsError, CatalogError.
    """
    from localvoice.think.commands import understander
    from localvoice.think.commands.follow_up import follow_up
    from localvoice.think.tools.builtin.all import of_settings

    tools, ringing = of_settings(settings, post, alarms_ring=alarms_ring)
    try:
        with understander.in_background(tools, settings.transcriber.language) as commands:
            engine = load_chat(settings)
            try:
                conversation = _conversation(settings, engine, tools, follow_up(tools, commands()))
            except BaseException:
                engine.close()
                raise
    except BaseException:
        ringing.close()
        raise

    def failed(fault: Fault) -> None:
        show(fault.error)
        post(Notice(str(fault)))

    return conversation, ToolRunner(tools, close=ringing.close, on_fault=failed, pending=ringing.pending), engine


def _conversation(settings: Settings, engine: "LlamaEngine", tools: Registry, commands: Understand) -> Conversation:
    """Raises SettingsError."""
    part = settings.chat
    # What the bundled model takes for a request is one too seldom (docs/adr/0030).
    rounds = TOOL_ROUNDS if part.model else 0
    how = sampling(settings, engine.sampling)
    limits = Limits(part.reply_tokens, part.reply_s, part.thought_tokens, rounds, sampling=how)
    system = part.system or (SPOKEN if part.model else SYSTEM)
    return Conversation(engine, tools.schemas, system, limits, commands=commands)


def load_in_background(
    settings: Settings, post: Callable[[Event], None], rate_hz: int = 16_000, look_s: float = 0.1
) -> Engines:
    """As `load_engines`, but Ctrl-C is heard while a native library reads gigabytes."""
    stop = threading.Event()
    loaded = ThreadPoolExecutor(1, "load").submit(load_engines, settings, post, rate_hz, stop.is_set)
    try:
        # A wait without a limit would not be interrupted on Windows.
        while not wait([loaded], look_s).done:
            pass
        return loaded.result()
    finally:
        # The program waits for the thread when it ends.
        stop.set()


def load_engines(
    settings: Settings,
    post: Callable[[Event], None],
    rate_hz: int = 16_000,
    stop: Callable[[], bool] = lambda: False,
) -> Engines:
    """Everything that takes time to load, warmed up; `stop()` cuts the warming short."""
    whisper = load_whisper(settings)
    conversation, runner, chat = load_conversation(settings, post)
    try:
        voice = load_voice(settings, rate_hz)
        runner.tools, unspoken = prepare_fillers(voice, runner.tools)
        warm(conversation, stop)
    except BaseException:
        # A program that tries another voice must not keep this model in memory.
        runner.close()
        chat.close()
        raise
    notices = (*filter(None, (whisper.notice, *chat_notices(chat))), *unspoken)
    return Engines(whisper, conversation, chat.abort, runner, voice, chat.close, notices)


def prepare_fillers(voice: Voice, tools: Registry) -> tuple[Registry, list[str]]:
    """Let the voice make what bridges a wait ahead of time.

    Returns the tools without what it cannot say, and a sentence for each that had some.
    """
    unspeakable = set(voice.prepare(all_fillers(tool.while_waiting for tool in tools)))
    notices = [
        f"The waiting words of the tool {tool.name} cannot be spoken by this voice."
        for tool in tools
        if unspeakable.intersection(tool.while_waiting)
    ]
    speakable = Registry(
        replace(tool, while_waiting=tuple(text for text in tool.while_waiting if text not in unspeakable))
        for tool in tools
    )
    return speakable, notices


def warm(conversation: Conversation, stop: Callable[[], bool] = lambda: False) -> None:
    """Let the chat model read its prompt: a model of 1.5B takes ten seconds for all the tools, before anybody speaks.

    In a thread that ends with it. OpenMP keeps a team of threads for every thread that has called llama.cpp, and with
    more of them than cores the team that matters goes to sleep at once (docs/adr/0027).
    """
    with ThreadPoolExecutor(1, "warm") as thread:
        thread.submit(conversation.warm, stop).result()


def open_card(settings: Settings, device: str | None) -> Card:
    """The machine's sound card, not yet started. Raises AudioError."""
    from localvoice.audio import card

    return card.open_card(device or settings.audio.device or None, settings.audio.rate_hz or None)


def assemble(card: Card, engines: Engines, settings: Settings, post: Callable[[Event], None]) -> Parts:
    """The parts around a card. `post` gets a Notice of whatever a person should know about how they run here."""
    from localvoice.engines.detector.silero import Silero

    playback = Playback(card.edge)
    playback.set_volume(settings.voice.volume_percent)
    ring = SpeechRing()
    turn = settings.turn
    echo = EchoCanceller(settings.echo.engine, delay_ms=settings.echo.delay_ms)
    listener = Listener(
        echo,
        Silero(),
        EndpointingSettings(
            pause_ms=turn.eager_ms,
            end_of_turn_ms=turn.end_of_turn_ms,
            hold_ms=WORDS_MS,
            longest_turn_s=turn.longest_turn_s,
        ),
        ring,
        BargeIn(echo_level_db=settings.echo.level_db),
    )
    for sentence in filter(None, (card.notice, echo.notice, *engines.notices)):
        post(Notice(sentence))
    return Parts(
        card, playback, listener, StreamingTranscriber(engines.whisper, ring), engines.conversation, engines.abort,
        engines.runner, engines.voice,
    )  # fmt: skip

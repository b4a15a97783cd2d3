"""The bundled transcriber through our own short contexts, and what bad files say."""

import json
import shutil
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from localvoice import bundled
from localvoice.engines.transcriber.contexts import LONGEST_FRAMES, STOCK
from localvoice.engines.transcriber.log_mel import log_mel
from localvoice.engines.transcriber.whisper import Whisper, compression_ratio
from localvoice.errors import ModelBroken, ModelMissing, ModelWrongKind
from localvoice.sound import EAR_HZ

from .conftest import Say, noise, silence

FOLDER = bundled.folder() / "pocket" / "transcriber"


@pytest.fixture(scope="session")
def whisper() -> Whisper:
    return Whisper(FOLDER, threads=2)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the model to spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "model"))


HELD_OUT = Path(__file__).parents[2] / "scripts" / "pocket" / "world" / "held_out.jsonl"
VOICES = ("en-us", "en-gb+m3", "en-us+f2", "en-gb+f3")
SENTENCES = [
    "set a timer for five minutes",
    "what time is it",
    "can i have a large latte",
    "turn on the kitchen light",
]


def test_it_understands_short_contexts(whisper: Whisper, say: Say) -> None:
    heard = [whisper.transcribe(say(sentence, "en-us+m3")) for sentence in SENTENCES]
    right = sum(one.text == sentence for one, sentence in zip(heard, SENTENCES, strict=True))
    assert right >= 3, [one.text for one in heard]
    assert all(one.frames < 500 for one in heard)
    assert all(-1 < one.scores.average_log_probability <= 0 for one in heard)


def test_a_wide_context_says_the_same(whisper: Whisper, say: Say) -> None:
    speech = say(SENTENCES[0], "en-us+m3")
    narrow, wide = whisper.transcribe(speech), whisper.transcribe(speech, thorough=True)
    assert wide.text == narrow.text
    assert (wide.frames, wide.thorough, narrow.thorough) == (whisper.contexts.wide_frames, True, True)


def test_several_guesses_mishear_no_more_than_one(whisper: Whisper, say: Say) -> None:
    sentences = [line["text"] for line in map(json.loads, HELD_OUT.read_text().splitlines())][::8]
    speech = [say(sentence, voice) for sentence, voice in zip(sentences, cycle(VOICES), strict=False)]
    wrong = {
        quick: sum(whisper.transcribe(one, quick=quick).text != s for one, s in zip(speech, sentences, strict=True))
        for quick in (True, False)
    }
    print(f"of {len(sentences)} sentences {wrong[True]} are misheard quickly and {wrong[False]} carefully")
    assert wrong[False] <= wrong[True] < len(sentences) / 3


def test_the_token_limit_holds(whisper: Whisper, say: Say) -> None:
    cut = whisper.transcribe(say(SENTENCES[0]), max_tokens=3)
    assert cut.cut and cut.tokens == 3 and not cut.thorough


def test_contexts_follow_the_sound(whisper: Whisper) -> None:
    assert whisper.context_frames(0) == whisper.contexts.least_frames < 500
    lengths = [whisper.context_frames(EAR_HZ * seconds) for seconds in range(1, 40)]
    assert lengths == sorted(lengths) and lengths[-1] == LONGEST_FRAMES
    assert all(frames >= min(LONGEST_FRAMES, 100 * seconds) for seconds, frames in enumerate(lengths, start=1))


def test_a_long_turn_of_a_stock_checkpoint_has_much_silence_behind_it() -> None:
    contexts = [STOCK.frames(EAR_HZ * seconds) for seconds in range(31)]
    assert contexts == sorted(contexts) and contexts[0] == STOCK.least_frames and contexts[-1] == LONGEST_FRAMES
    assert all(frames >= min(LONGEST_FRAMES, 100 * s + STOCK.margin_frames) for s, frames in enumerate(contexts))
    assert all(STOCK.frames(EAR_HZ * s, quick=True) <= frames for s, frames in enumerate(contexts))
    assert {STOCK.frames(EAR_HZ * s, thorough=True) for s in range(31)} == {LONGEST_FRAMES}


def test_stock_checkpoints_get_twelve_seconds_and_short_context_off_gets_thirty(copied: Path) -> None:
    (copied / "preprocessor_config.json").write_text(json.dumps({"feature_size": 80}))
    stock = Whisper(copied)
    assert stock.context_frames(EAR_HZ) == STOCK.least_frames
    assert stock.context_frames(EAR_HZ, quick=True) == STOCK.quick_least_frames < STOCK.least_frames
    assert stock.context_frames(EAR_HZ, thorough=True) == LONGEST_FRAMES
    assert [stock.transcribe(silence(1), thorough=wide).thorough for wide in (False, True)] == [False, True]
    wide = Whisper(copied, short_context=False)
    assert {wide.context_frames(EAR_HZ, quick) for quick in (True, False)} == {LONGEST_FRAMES}
    assert wide.transcribe(silence(1)).thorough


def test_own_words_cost_a_wider_context_and_only_for_finals(copied: Path) -> None:
    (copied / "preprocessor_config.json").write_text(json.dumps({"feature_size": 80}))
    own = Whisper(copied, words=("Priya", " Kochi "))
    assert (own.context_frames(EAR_HZ), own.context_frames(EAR_HZ, quick=True)) == (1500, STOCK.quick_least_frames)
    assert own.notice == "" and own.transcribe(silence(1)).frames == 1500
    wide = Whisper(copied, short_context=False, words=("Priya",))
    assert wide.context_frames(EAR_HZ) == LONGEST_FRAMES


def test_more_own_words_than_fit_are_left_out_and_said(copied: Path) -> None:
    (copied / "preprocessor_config.json").write_text(json.dumps({"feature_size": 80}))
    crowded = Whisper(copied, words=[f"Name number {number}" for number in range(60)])
    assert "transcriber.words" in crowded.notice and "are left out" in crowded.notice
    assert crowded.transcribe(silence(1)).tokens <= 20


def test_a_model_of_short_contexts_is_told_no_words(whisper: Whisper, say: Say) -> None:
    told = Whisper(FOLDER, words=("Priya",))
    speech = say(SENTENCES[0])
    assert told.transcribe(speech) == whisper.transcribe(speech)


def test_the_spectrogram_is_whispers_own(whisper: Whisper) -> None:
    """Compared with faster-whisper's FeatureExtractor on the same padded waveform."""
    from faster_whisper.feature_extractor import FeatureExtractor

    reference = FeatureExtractor()
    for length in (1, 300, 1600, 31_999):
        sound = noise(2, -25)[:length]
        padded = np.zeros(300 * 160, np.float32)
        padded[:length] = sound
        np.testing.assert_allclose(
            log_mel(sound, 300, reference.mel_filters),
            reference(padded)[:, :300],
            atol=1e-5,
            err_msg=str(length),
        )


def test_no_sound_at_all_is_no_fault(whisper: Whisper) -> None:
    for nothing in (np.zeros(0, np.float32), silence(1)):
        assert whisper.transcribe(nothing, quick=True).tokens == 0
        # Of several guesses one has words, but nobody is heard who could have said them.
        careful = whisper.transcribe(nothing)
        assert careful.scores.no_speech_probability > 0.9 and careful.scores.average_log_probability < -1


def test_loops_zip_well() -> None:
    assert compression_ratio("") == 1.0
    assert compression_ratio("set a timer for five minutes") < 1.3
    assert compression_ratio("five minutes " * 20) > 5


def test_missing_files_are_named(tmp_path: Path, copied: Path) -> None:
    with pytest.raises(ModelMissing, match="not there"):
        Whisper(tmp_path / "nowhere")
    with pytest.raises(ModelMissing, match="a file"):
        Whisper(copied / "model.bin")
    (copied / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match=r"tokenizer\.json"):
        Whisper(copied)


@pytest.mark.parametrize("kept", [0, 3, 10, 1000, 0.5, 0.999])
def test_cut_files_are_broken(copied: Path, kept: float) -> None:
    file = copied / "model.bin"
    whole = file.read_bytes()
    file.write_bytes(whole[: int(kept * len(whole)) if 0 < kept < 1 else int(kept)])
    with pytest.raises(ModelBroken) as fault:
        Whisper(copied)
    assert fault.value.remedy and str(copied) in fault.value.message


def test_other_files_are_broken_or_of_the_wrong_kind(copied: Path) -> None:
    (copied / "model.bin").write_bytes(b"GGUF" + bytes(5000))
    with pytest.raises(ModelBroken):
        Whisper(copied)
    name = b"TransformerSpec\0"
    (copied / "model.bin").write_bytes((6).to_bytes(4, "little") + len(name).to_bytes(2, "little") + name + bytes(99))
    with pytest.raises(ModelWrongKind, match="TransformerSpec"):
        Whisper(copied)


def test_damaged_json_is_broken(copied: Path) -> None:
    (copied / "tokenizer.json").write_text('{"version": "1.0", ')
    with pytest.raises(ModelBroken, match=r"tokenizer\.json"):
        Whisper(copied)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ModelWrongKind, match="'tlh'"):
        Whisper(FOLDER, language="tlh")

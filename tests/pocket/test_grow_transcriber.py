"""A widened transcriber writes the same words as the bundled one."""

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from localvoice.sound import Samples

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "models" / "pocket" / "transcriber"
SPEECH = ROOT / "localvoice" / "demo" / "speech"
SENTENCES = 20
SPEEDS = (1.0, 0.93, 1.07)


def sentences() -> list[Samples]:
    """The demo user's sentences, 16 kHz; read at other speeds too until there are twenty."""
    out = []
    files = sorted(SPEECH.glob("*.flac"))
    for speed in SPEEDS:
        for file in files:
            audio, _ = soundfile.read(file, dtype="float32")
            at = np.arange(0, len(audio) - 1, speed)
            out.append(np.interp(at, np.arange(len(audio)), audio).astype(np.float32))
    return out[:SENTENCES]


def transcripts(folder: Path) -> list[str]:
    faster_whisper = pytest.importorskip("faster_whisper")
    model = faster_whisper.WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
    prompt = [model.hf_tokenizer.token_to_id(t) for t in ("<|startoftranscript|>", "<|notimestamps|>")]
    out = []
    for audio in sentences():
        features = model.feature_extractor(audio)
        memory = model.encode(features[:, : min(1000, features.shape[1] // 2 * 2)])
        found = model.model.generate(memory, [prompt], beam_size=1, max_length=64, suppress_blank=False)
        out.append(model.hf_tokenizer.decode(found[0].sequences_ids[0]).strip())
    return out


def test_widened_transcriber_writes_the_same_words(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "scripts" / "pocket"))
    try:
        import grow_transcriber
    finally:
        sys.path.pop(0)
    grow_transcriber.grow(BUNDLED, tmp_path, "tiny")
    assert (tmp_path / "model.bin").stat().st_size > 10 * (BUNDLED / "model.bin").stat().st_size
    small = transcripts(BUNDLED)
    assert len(small) == SENTENCES and len(set(small)) > SENTENCES // 2
    assert transcripts(tmp_path) == small


def test_a_shape_with_fewer_layers_is_refused(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "scripts" / "pocket"))
    try:
        import grow_transcriber
    finally:
        sys.path.pop(0)
    grow_transcriber.SHAPES["shallow"] = (3, 4, 4)
    with pytest.raises(ValueError, match="5 layers"):
        grow_transcriber.grow(BUNDLED, tmp_path, "shallow")

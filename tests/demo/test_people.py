from pathlib import Path

import numpy as np
import pytest

from localvoice.demo import people
from localvoice.demo.visitor import AROUND_SAMPLES, spoken_part
from localvoice.errors import SettingsError
from localvoice.sound import EAR_HZ

HEAD = "file\tseconds\tvoice_group\ttext\tslots\n"


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "orders"
    folder.mkdir()
    rows = [("c", 10, "a latte"), ("b", 2, "a mocha"), ("a", 2, "a tea"), ("gone", 1, "nothing"), ("d", 10, "milk")]
    for name, _, _ in rows:
        if name != "gone":
            (folder / f"{name}.flac").touch()
    text = HEAD + "".join(f"{name}.flac\t1.0\t{group}\t{text}\t{{}}\n" for name, group, text in rows)
    (folder / "transcripts.tsv").write_text(text)
    monkeypatch.setenv(people.ENVIRONMENT, str(tmp_path))
    return folder


def test_each_line_is_another_person(orders: Path) -> None:
    lines = people.lines(people.folder(), 2)
    assert [(line.name, line.says, line.voice) for line in lines] == [
        ("a", "a tea", "person 2"),
        ("c", "a latte", "person 10"),
    ]
    assert all(line.tools == ("order_coffee",) for line in lines)


def test_too_few_people_are_an_error(orders: Path) -> None:
    with pytest.raises(SettingsError, match="recordings of 2 people; 3 are needed"):
        people.lines(orders, 3)


@pytest.mark.parametrize("named", [None, "", "nowhere"])
def test_without_recordings_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch, named: str | None) -> None:
    monkeypatch.delenv(people.ENVIRONMENT, raising=False)
    if named is not None:
        monkeypatch.setenv(people.ENVIRONMENT, named)
    with pytest.raises(SettingsError, match="no recordings of people") as caught:
        people.folder()
    assert people.ENVIRONMENT in caught.value.remedy


def test_silence_around_the_speech_is_left_out() -> None:
    speech = 0.1 * np.sin(np.arange(EAR_HZ) * 0.3).astype(np.float32)
    silence = np.full(3 * EAR_HZ, 1e-5, np.float32)
    part = spoken_part(np.concatenate((silence, speech, silence)))
    assert abs(len(part) - len(speech) - 2 * AROUND_SAMPLES) < EAR_HZ // 20
    assert np.array_equal(spoken_part(speech), speech)
    assert len(spoken_part(np.zeros(100, np.float32))) == 100

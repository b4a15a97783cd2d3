"""Which device a person means: numbers, parts of names, and the letters that keyboards and drivers make differently."""

import json

import pytest

from localvoice.cli.app import run
from localvoice.engines.sound import portaudio
from localvoice.engines.sound.choose_device import Device, choose, choose_speaker
from localvoice.errors import NoDevice


def device(index, name, inputs=1, outputs=1, default=False):
    return Device(index, name, "ALSA", inputs, outputs, 48_000, default, default)


BUILT_IN = device(0, "Built-in Audio", default=True)
USB = device(1, "USB 3.0 Headset")
HDMI = device(3, "HDMI", inputs=0)
ALL = [BUILT_IN, USB, HDMI]


def chosen(wanted, found=ALL):
    mic, speaker = choose(found, wanted)
    return mic.index, speaker.index


@pytest.mark.parametrize(
    ("wanted", "indices"),
    [
        ("1", (1, 1)),
        ("3", (0, 3)),  # no microphone: the default one, as with a name
        ("03", (0, 3)),
        ("１", (1, 1)),
        ("1 / 3", (1, 3)),
        ("/ 3", (0, 3)),
        ("1 /", (1, 0)),
        (" ", (0, 0)),
    ],
)
def test_a_number_alone_is_the_number_of_the_list(wanted, indices):
    assert chosen(wanted) == indices


def test_a_number_that_no_device_has_is_not_looked_for_in_names():
    with pytest.raises(
        NoDevice, match=r"No microphone has the number 0, though 0 is a part of a name: 1 USB 3\.0 Head"
    ):
        choose([USB, HDMI], "0")
    with pytest.raises(NoDevice, match="No microphone has the number 9; there is: 0 Built-in Audio"):
        choose(ALL, "9")
    with pytest.raises(NoDevice, match="number 99999"):
        choose(ALL, "9" * 5000)
    with pytest.raises(NoDevice, match="No microphone has the number 3"):
        choose(ALL, "3 / 1")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Casque\u00a0Bluetooth", "casque bluetooth"),
        ("Haut\u202fparleur", "haut parleur"),
        ("Ha\u0301zi hangszo\u0301ro\u0301", "h\u00e1zi hangsz\u00f3r\u00f3"),
        ("H\u00e1zi hangsz\u00f3r\u00f3", "ha\u0301zi hangszo\u0301ro\u0301"),
        ("\uff35\uff33\uff22 \uff2d\uff49\uff43", "usb mic"),
        ("\uff8f\uff72\uff78", "\u30de\u30a4\u30af"),
        ("STRASSE", "stra\u00dfe"),
        ("My\u200e Speaker\u200e", "my speaker"),
        ("two  spaces", "two spaces"),
    ],
)
def test_letters_are_compared_as_they_look(name, wanted):
    assert chosen(wanted, [BUILT_IN, device(7, name)]) == (7, 7)
    assert chosen(name, [BUILT_IN, device(7, wanted)]) == (7, 7)


def test_a_name_with_a_slash_in_it_is_one_name():
    slashed, other = device(4, "Line In / Mic Rear", outputs=0), device(5, "Front / Green", inputs=0)
    found = [BUILT_IN, slashed, other]
    assert chosen("Line In / Mic Rear", found) == (4, 0)
    assert chosen("in / mic", found) == (4, 0)
    assert chosen("Line In / Mic Rear / Front / Green", found) == (4, 5)
    assert chosen("mic rear / built", found) == (4, 0)


def test_no_part_of_three_is_dropped():
    with pytest.raises(NoDevice, match="No speaker has 'nothing / HDMI' in its name"):
        choose(ALL, "Built-in / nothing / HDMI")


def test_the_better_fit_wins_exact_before_beginning_before_word_before_part():
    found = [device(0, "Microphone"), device(1, "Phone"), device(2, "Phone two"), device(3, "A phone")]
    assert chosen("phone", found) == (1, 1)
    assert chosen("phone", [found[0], found[2], found[3]]) == (2, 2)
    assert chosen("phone", [found[0], found[3]]) == (3, 3)
    assert chosen("phone", [found[0]]) == (0, 0)


def test_a_microphone_that_only_mentions_the_speaker_is_not_chosen_with_it():
    monitor = device(5, "Monitor of Speakers", outputs=0)
    assert chosen("speakers", [BUILT_IN, monitor, device(6, "Speakers", inputs=0)]) == (0, 6)
    assert chosen("monitor of speakers / speakers", [BUILT_IN, monitor, device(6, "Speakers", inputs=0)]) == (5, 6)


def test_of_several_that_fit_equally_well_none_is_taken():
    found = [BUILT_IN, device(1, "USB one"), device(2, "USB two"), device(3, "my USB")]
    with pytest.raises(NoDevice, match=r"'usb' may be any of these microphones: 1 USB one, 2 USB two\.") as caught:
        choose(found, "usb")
    assert "number" in caught.value.remedy
    twins = [device(1, "Webcam"), device(2, "Webcam")]
    with pytest.raises(NoDevice, match="1 Webcam, 2 Webcam"):
        choose_speaker(twins, "webcam")
    assert choose_speaker(twins, "2") is twins[1]


def test_devices_prints_the_numbers_and_marks_the_defaults(monkeypatch, capsys):
    monkeypatch.setattr(portaudio, "devices", lambda: [*ALL, device(12, "Webcam", outputs=0)])
    assert run(["devices"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        " 0  Built-in Audio   ALSA, 48000 Hz, 1 in (default), 1 out (default)",
        " 1  USB 3.0 Headset  ALSA, 48000 Hz, 1 in, 1 out",
        " 3  HDMI             ALSA, 48000 Hz, 1 out",
        "12  Webcam           ALSA, 48000 Hz, 1 in",
    ]


def test_devices_as_json(monkeypatch, capsys):
    monkeypatch.setattr(portaudio, "devices", lambda: ALL)
    assert run(["devices", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["index"] for one in document["devices"]] == [0, 1, 3]
    assert document["devices"][0]["is_default_input"] is True
    monkeypatch.setattr(portaudio, "devices", list)
    assert run(["devices", "--json"]) == 4
    document = json.loads(capsys.readouterr().out)
    assert document["devices"] == [] and document["error"]["code"] == 4

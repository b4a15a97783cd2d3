"""Which card is opened, and which device."""

import sys
from types import SimpleNamespace

import pytest

from localvoice.audio import card
from localvoice.engines import edge, portaudio, rtmixer
from localvoice.errors import AudioError, NoDevice


def device(index, name, inputs=0, outputs=0, default_in=False, default_out=False):
    return portaudio.Device(index, name, "ALSA", inputs, outputs, 48_000, default_in, default_out)


HEADSET = device(0, "USB Headset", 1, 2)
WEBCAM = device(1, "Webcam", 1, 0, default_in=True)
SPEAKER = device(2, "Kitchen Speaker", 0, 2, default_out=True)
ALL = [HEADSET, WEBCAM, SPEAKER]


@pytest.mark.parametrize(
    ("wanted", "mic", "speaker"),
    [
        (None, WEBCAM, SPEAKER),
        ("headset", HEADSET, HEADSET),
        ("WEBCAM", WEBCAM, SPEAKER),
        ("kitchen", WEBCAM, SPEAKER),
        ("usb / kitchen", HEADSET, SPEAKER),
    ],
)
def test_devices_are_found_by_a_part_of_their_name(wanted, mic, speaker):
    assert portaudio.choose(ALL, wanted) == (mic, speaker)


def test_an_exact_name_wins_over_a_longer_one():
    longer, exact = device(0, "default mirror", 1, 1), device(1, "default", 1, 1)
    assert portaudio.choose([longer, exact], "Default") == (exact, exact)


@pytest.mark.parametrize(
    ("found", "words"), [([], "no microphone"), ([WEBCAM], "no speaker"), ([SPEAKER], "no microphone")]
)
def test_a_machine_without_a_device_says_which_kind_is_missing(found, words):
    with pytest.raises(NoDevice, match=words) as caught:
        portaudio.choose(found, None)
    assert "localvoice demo" in caught.value.remedy


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(NoDevice, match="Webcam"):
        portaudio.choose(ALL, "bluetooth")


def test_rates_are_tried_from_the_ears_own_to_the_common_ones():
    assert portaudio.rates(WEBCAM, SPEAKER, None) == [16_000, 48_000, 44_100]
    assert portaudio.rates(WEBCAM, SPEAKER, 8000) == [8000]


def test_without_a_compiler_rtmixer_is_chosen(monkeypatch):
    monkeypatch.setattr(rtmixer, "RtMixerCard", lambda *given: SimpleNamespace(kind="rtmixer", given=given))
    monkeypatch.setattr(portaudio, "PortAudioCard", lambda *given: SimpleNamespace(kind="portaudio", given=given))
    assert card.open_card("usb", 48_000).kind == "portaudio"
    monkeypatch.setattr(edge, "is_compiled", lambda: False)
    opened = card.open_card("usb", 48_000)
    assert (opened.kind, opened.given) == ("rtmixer", ("usb", 48_000))


def test_without_either_there_is_one_clear_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "rtmixer", None)
    with pytest.raises(AudioError, match="Neither"):
        rtmixer.RtMixerCard()


def test_without_the_extension_the_edge_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "localvoice.engines._edge", None)
    with pytest.raises(AudioError, match="C compiler"):
        edge.Edge(16_000)

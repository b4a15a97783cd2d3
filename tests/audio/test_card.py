"""Which card is opened, and which device."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from localvoice.audio import card
from localvoice.engines.sound import edge, portaudio, rtmixer
from localvoice.engines.sound.choose_device import Device, choose, rates
from localvoice.errors import AudioError, DeviceRefused, NoDevice


def device(index, name, inputs=0, outputs=0, default_in=False, default_out=False):
    return Device(index, name, "ALSA", inputs, outputs, 48_000, default_in, default_out)


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
    assert choose(ALL, wanted) == (mic, speaker)


def test_an_exact_name_wins_over_a_longer_one():
    longer, exact = device(0, "default mirror", 1, 1), device(1, "default", 1, 1)
    assert choose([longer, exact], "Default") == (exact, exact)


@pytest.mark.parametrize(
    ("found", "words"), [([], "no microphone"), ([WEBCAM], "no speaker"), ([SPEAKER], "no microphone")]
)
def test_a_machine_without_a_device_says_which_kind_is_missing(found, words):
    with pytest.raises(NoDevice, match=words) as caught:
        choose(found, None)
    assert "localvoice demo" in caught.value.remedy


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(NoDevice, match="Webcam"):
        choose(ALL, "bluetooth")


def test_rates_are_tried_from_the_ears_own_to_the_common_ones():
    assert rates(WEBCAM, SPEAKER, None) == [16_000, 48_000, 44_100]
    assert rates(WEBCAM, SPEAKER, 8000) == [8000]


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
    monkeypatch.setitem(sys.modules, edge.LIBRARY, None)
    with pytest.raises(AudioError, match="C compiler"):
        edge.Edge(16_000)


class Stepping:
    """Time that passes when somebody sleeps; meanwhile the stream delivers blocks of 10 ms, if it is alive."""

    def __init__(self):
        self.now_s, self.card, self.alive = 100.0, None, True

    def monotonic(self):
        return self.now_s

    def sleep(self, seconds):
        self.now_s += seconds
        if self.alive and self.card is not None:
            self.card.edge.process(np.zeros(160, np.float32))


class Stream:
    """As little of a stream as a card needs."""

    latency = (0.02, 0.03)
    active = True

    def start(self):
        pass

    def abort(self, ignore_errors):
        pass

    close = abort


@pytest.mark.skipif(not edge.is_compiled(), reason="the sound edge is not compiled")
def test_what_was_said_while_there_was_no_stream_counts_as_lost(monkeypatch):
    """The sample counter is the clock: 2 s without a block, a try that was refused, a second of rest."""
    time = Stepping()
    device = {"default_samplerate": 16_000.0, "name": "headset", "hostapi": 0} | dict.fromkeys(
        ("max_input_channels", "max_output_channels"), 1
    )
    api = {"name": "Any", "devices": [0], "default_input_device": 0, "default_output_device": 0}
    refusals = []

    class PortAudioError(Exception):
        pass

    def open_stream(**_options):
        if refusals:
            raise PortAudioError(refusals.pop())
        return Stream()

    fake = SimpleNamespace(
        query_hostapis=lambda: [api],
        query_devices=lambda: [device],
        PortAudioError=PortAudioError,
        _StreamBase=open_stream,
        WasapiSettings=lambda **_options: None,
    )
    monkeypatch.setattr(portaudio, "_load", lambda: fake)
    monkeypatch.setattr(portaudio, "time", time)
    time.card = opened = portaudio.PortAudioCard()
    opened.start()
    for _ in range(10):
        time.sleep(0.01)
    assert opened.healthy
    heard, time.alive = opened.edge.frame, False
    time.sleep(2.1)
    assert not opened.healthy
    refusals.append("no server")
    with pytest.raises(DeviceRefused):
        opened.restart()
    time.sleep(1.0)
    time.alive = True
    opened.restart()
    missing_s = (opened.edge.frame - heard) / 16_000
    assert 3.1 <= missing_s < 3.2

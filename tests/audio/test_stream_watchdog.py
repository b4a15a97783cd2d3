from dataclasses import dataclass, field

from localvoice.audio.stream_watchdog import (
    REST,
    REVIVALS,
    SLACK_S,
    STARTS,
    SUSTAINED_S,
    USUAL_S,
    Lateness,
    StreamWatchdog,
)
from localvoice.errors import DeviceRefused

LATE_S = USUAL_S + SLACK_S + 0.1


def starts(lateness: Lateness, late_s: float, seconds: float, from_s: float = 0.0) -> list[float]:
    """When it asked for a new start, looked at every 10 ms."""
    times = [from_s + i / 100 for i in range(round(100 * seconds))]
    return [now_s for now_s in times if lateness.feed(now_s, late_s)]


def test_a_microphone_in_time_is_left_alone():
    assert not starts(Lateness(), USUAL_S, 60)
    assert not starts(Lateness(), 0.0, 60)


def test_one_late_moment_is_no_reason():
    lateness = Lateness()
    for second in range(10):
        assert not starts(lateness, LATE_S, SUSTAINED_S - 0.05, second)
        assert not starts(lateness, 0.03, 0.1, second + 0.9)


def test_one_that_stays_late_is_started_again():
    (at_s,) = starts(Lateness(), LATE_S, SUSTAINED_S + 0.1)
    assert at_s >= SUSTAINED_S


def test_a_device_that_is_always_late_is_left_alone_in_the_end():
    lateness = Lateness()
    assert len(starts(lateness, LATE_S, 60)) == STARTS
    assert not starts(lateness, LATE_S + 0.1, 60, 100)
    assert starts(lateness, LATE_S + 1.0, 60, 200), "but not when it falls behind that, too"


def test_every_hold_up_is_mended_as_long_as_a_new_start_helps():
    lateness = Lateness()
    for minute in range(10):
        assert len(starts(lateness, LATE_S, SUSTAINED_S + 0.05, 60 * minute)) == 1
        assert not starts(lateness, 0.03, 5, 60 * minute + 10)


@dataclass
class Counted:
    late_frames: int = 0
    blocks: int = 0


@dataclass
class FakeCard:
    """Restarts take `took_s`; whether it is healthy and in time afterwards is what `cured` says."""

    took_s: float = 0.1
    cured: bool = True
    refuses: bool = False
    now_s: float = 0.0
    rate_hz: int = 16_000
    healthy: bool = True
    restarted_s: list[float] = field(default_factory=list)
    counters: Counted = field(default_factory=Counted)

    @property
    def edge(self):
        return self

    def restart(self):
        self.restarted_s.append(self.now_s)
        self.now_s += self.took_s
        if self.refuses:
            raise DeviceRefused("no", "never")
        if self.cured:
            self.healthy, self.counters.late_frames = True, 0

    def fall_behind(self, late_s=LATE_S):
        self.counters.late_frames = round(late_s * self.rate_hz)

    def look(self, watchdog, seconds, delivers=True):
        """Let time pass; blocks come while it is healthy and `delivers`."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self.counters.blocks += self.healthy and delivers
            watchdog.look()
            self.now_s += 0.01

    def watchdog(self):
        return StreamWatchdog(self, lambda: self.now_s)


def test_a_card_that_fell_behind_is_started_once():
    card = FakeCard()
    watchdog = card.watchdog()
    card.look(watchdog, 5)
    card.fall_behind()
    card.look(watchdog, 30)
    (at_s,) = card.restarted_s
    assert 5 + SUSTAINED_S <= at_s < 5 + SUSTAINED_S + 0.1


def test_a_machine_on_which_that_takes_long_is_not_deaf_most_of_the_time():
    card = FakeCard(took_s=4.0, cured=False)
    watchdog = card.watchdog()
    card.fall_behind()
    card.look(watchdog, 60)
    assert len(card.restarted_s) == 2
    assert card.restarted_s[1] - card.restarted_s[0] >= (1 + REST) * 4.0


def test_a_stream_that_ended_is_revived_a_few_times_in_a_minute():
    card = FakeCard()
    watchdog = card.watchdog()
    for _ in range(3 * REVIVALS):
        card.look(watchdog, 1)
        card.healthy = False
        card.look(watchdog, 1)
    assert len(card.restarted_s) == REVIVALS
    assert watchdog.lost
    card.look(watchdog, 60)
    assert card.healthy and not watchdog.lost


def unplugged() -> tuple[FakeCard, StreamWatchdog]:
    """A device that was there for a second, and does not open any more."""
    card = FakeCard(refuses=True)
    watchdog = card.watchdog()
    card.look(watchdog, 1)
    card.healthy = False
    return card, watchdog


def test_a_device_that_is_gone_is_lost_after_some_seconds():
    card, watchdog = unplugged()
    card.look(watchdog, 3)
    assert not watchdog.lost, "it may come back"
    card.look(watchdog, 5)
    assert watchdog.lost and len(card.restarted_s) == REVIVALS


def test_a_sound_server_that_comes_back_is_taken_again():
    card, watchdog = unplugged()
    card.look(watchdog, 2.5)
    card.refuses = False
    card.look(watchdog, 2)
    assert card.healthy and not watchdog.lost

"""Latency and profile from figures, without any machine."""

import pytest

from localvoice.catalog import listing
from localvoice.config import TurnSettings
from localvoice.doctor import advice, machine_speed
from localvoice.doctor.machine_speed import MachineSpeed

FIGURES = {
    "transcriber": {"final_ms": 80.0},
    "chat": {"first_token_ms": 50.0, "first_clause_ms": 60.0},
    "voice": {"clause_ms": 40.0},
}
LAPTOP = MachineSpeed(read_bytes_per_s=30e9, flops=400e9)
SERVER = MachineSpeed(read_bytes_per_s=150e9, flops=2000e9)
OLD = MachineSpeed(read_bytes_per_s=8e9, flops=60e9)
DISK = 200 * 10**9


def test_work_begins_at_the_pause_and_the_longer_of_both_counts():
    found = advice.latency(TurnSettings(end_of_turn_ms=300, eager_ms=100), FIGURES, 90.0)
    assert found.expected_ms == 100 + 230 + 90
    assert found.unprepared_ms == 300 + 230 + 90
    patient = advice.latency(TurnSettings(end_of_turn_ms=800, eager_ms=100), FIGURES, 90.0)
    assert patient.expected_ms == 800 + 90
    assert set(found.parts_ms) == {
        "end-of-turn wait", "pause", "transcriber", "first token", "first clause", "voice", "buffers"
    }  # fmt: skip


@pytest.fixture(scope="module")
def catalog():
    return listing.load()


@pytest.mark.parametrize(
    ("machine", "memory_mb", "expected"),
    [(SERVER, 64_000, "quality"), (LAPTOP, 8_000, "laptop"), (LAPTOP, 4_000, "tiny"), (OLD, 16_000, "starter")],
)
def test_the_largest_profile_that_suits_is_recommended(catalog, machine, memory_mb, expected):
    best, fits = advice.recommend(catalog, "en", memory_mb, DISK, machine)
    assert best is not None and best.name == expected, fits
    if expected != "quality":
        assert next(one for one in fits if one.name == "quality").obstacles


def test_other_languages_have_their_own_profiles(catalog):
    assert advice.recommend(catalog, "de", 16_000, DISK, SERVER)[0].name == "german"
    assert advice.recommend(catalog, "hi", 64_000, DISK, SERVER)[0].name in ("india", "hindi")
    assert advice.recommend(catalog, "tlh", 64_000, DISK, SERVER) == (None, [])


def test_where_nothing_suits_the_smallest_is_named_with_what_stands_against_it(catalog):
    best, fits = advice.recommend(catalog, "en", 1_000, 10**6, OLD)
    assert best is not None and best is fits[-1]
    assert any("memory" in reason for reason in best.obstacles) and any("disk" in reason for reason in best.obstacles)


def test_what_is_unknown_stands_against_nothing(catalog):
    best, _ = advice.recommend(catalog, "en", 0, 0, SERVER)
    assert best is not None and best.name == "quality"


def test_threads_leave_a_core_for_the_ears():
    assert [advice.threads(cores) for cores in (1, 2, 3, 4, 8, 9, 64)] == [1, 2, 2, 3, 7, 8, 8]


def test_the_speed_of_the_machine_is_measured():
    found = machine_speed.measure(2)
    assert 1e8 < found.read_bytes_per_s < 1e13 and 1e8 < found.flops < 1e15


def test_what_is_here_already_needs_no_disk(catalog):
    entries = catalog.expand(["quality"])
    sizes = {entry.name: sum(file.size_bytes or 0 for file in entry.files) for entry in entries}
    largest = max(sizes, key=sizes.__getitem__)
    best, fits = advice.recommend(catalog, "en", 64_000, 10**6, SERVER, here=sizes)
    assert best is not None and best.name == "quality" and best.download_bytes == 0, fits
    found = advice.fit(catalog.profile("quality"), catalog, 64_000, DISK, SERVER, here=set(sizes) - {largest})
    assert found.download_bytes == sizes[largest] and found.write_tokens_per_s == best.write_tokens_per_s


def test_the_measurement_says_how_much_of_the_processor_it_got():
    assert 0.0 < machine_speed.measure(2).share < 1.3
    assert MachineSpeed(1.0, 1.0, share=0.4).is_disturbed and not MachineSpeed(1.0, 1.0).is_disturbed

"""What tells a sentence that claims something apart: one language, as patterns and lists of words."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class ClaimWords:
    """One language. The patterns are matched with the sentence written out (`contractions`), case as it was; those that
    are matched at the beginning are matched behind `opener`."""

    opener: re.Pattern[str]
    """What stands before the sentence itself: "Okay, "."""
    done: re.Pattern[str]
    """At the beginning, openers included: a sentence that says that it is done, whatever it is."""
    perfect: re.Pattern[str]
    """Anywhere: "I have set a timer"."""
    past: re.Pattern[str]
    """At the beginning: "I set a timer"."""
    bare_past: re.Pattern[str]
    """At the beginning, if nothing `finite` follows: "Added milk to your list"."""
    doing: re.Pattern[str]
    """Anywhere: "I am setting a timer"."""
    bare_doing: re.Pattern[str]
    """At the beginning, if nothing `finite` follows: "Setting a timer"; "Setting a timer is easy" is none."""
    will: re.Pattern[str]
    """Anywhere: "I will set a timer"."""
    promise: re.Pattern[str]
    """Anywhere: "I will remind you"."""
    states: tuple[re.Pattern[str], ...]
    """At the beginning: "The timer is set", "Milk has been added to your list"; the group `subject` has nothing
    `subordinate`."""
    was: re.Pattern[str]
    """The same in the past: "The lamp was dimmed"."""
    bare_state: re.Pattern[str]
    """At the beginning, with nothing `finite` in it: "Timer set"."""
    asks_for: re.Pattern[str]
    """At the beginning of what a user says who wants something done."""
    asks_for_deed: re.Pattern[str]
    """The same of a thing that tools act on. In answer to that, whatever speaks of what was asked for and none that
    `declines` is taken for a claim: as long as nothing was done, that it cannot be done is the answer."""
    declines: re.Pattern[str]
    """Anywhere: a refusal, a question, advice."""
    loosely: tuple[re.Pattern[str], ...]
    """In answer to that: whatever else sounds as if something was done, or was about to be. Nothing `subordinate`
    stands in front of it or is in its group `subject`, and nothing that `offers` is in the sentence."""
    finite: re.Pattern[str]
    """A verb that makes the sentence a statement about what it begins with."""
    offers: re.Pattern[str]
    """Anywhere in a sentence about what comes: an offer or a question back, not a promise."""
    subordinate: re.Pattern[str]
    """In front of a report: it is none ("if the light is on")."""
    joints: re.Pattern[str]
    """What stands between two things that one sentence claims: "I've set a timer and dimmed the light"."""
    in_the_past: re.Pattern[str]
    """A sentence with one of these speaks of earlier turns."""
    asks_about: re.Pattern[str]
    """The beginning of what a user says who asks about something, or says thanks, rather than asking for it."""
    ending: re.Pattern[str]
    """What "lights", "lighting" and "lighted" have behind "light"."""
    empty: frozenset[str]
    """Words that say nothing about which deed it was, without `ending`."""
    contractions: tuple[tuple[str, str], ...]
    numbers: dict[str, int]

"""What people say who answer a question, take something back, or correct it: the tables of follow_up.py."""

from dataclasses import dataclass

from localvoice.think.commands.goods import Goods


@dataclass(frozen=True, slots=True, eq=False)
class FollowUpWords:
    """One language. Phrases are in lower case without punctuation; patterns are regular expressions over such text, in
    which a comma stands as a word of its own. `new` and `old` are their groups."""

    yes: tuple[str, ...]
    """Several may follow each other: "yes please do it"."""
    no: tuple[str, ...]
    polite: tuple[str, ...]
    """May stand among either."""
    sighs: frozenset[str]
    """Words that mean nothing here, wherever they stand."""
    hesitations: str
    """May stand in front of a correction, and alone make one of a quantity: "no, ten minutes"."""
    undo: str
    """Takes back what was done last, however long ago."""
    undo_at_once: str
    """The same, if something was done just now; otherwise it means something else."""
    corrections: tuple[str, ...]
    """Without doubt a correction."""
    replacements: tuple[str, ...]
    """A correction if what is corrected can take it: "make it twelve", and not "make it louder"."""
    additions: tuple[str, ...]
    """More of the same: "add five minutes to it"."""
    more: str
    """Stands among the words of how much: "five more minutes"."""
    adds: dict[str, tuple[str, str]]
    """Tool -> the tool that adds to what it did, and its argument for how much."""
    again: tuple[str, ...]
    """The same once more, of something else: "what about Sunday". With a group `joined` it may be any item of a
    list."""
    one_of_them: str
    """In front of what is new: "the one in"."""
    joints: str
    """Between the items of a list."""
    joint: str
    no_items: str
    """The beginning of what is no item, but a new sentence."""
    most_item_words: int
    stands_for: dict[str, tuple[tuple[str, str], ...]]
    """Tool -> pronouns, and what they stand for after a call of it, with its arguments."""
    before_again: str
    behind_again: str
    """Left out around a sentence with a pronoun."""
    halves: tuple[str, ...]
    """How `time` is said to be in `half` of the day."""
    in_its_place: str
    """Behind a request that takes the place of the last one: "instead"."""
    before: str
    """Dropped in front of what is corrected: "the", "for"."""
    behind: str
    """And behind it: "please"."""
    generic: frozenset[str]
    """ "the pasta one": what a name may be followed by."""
    rooms: frozenset[str]
    room_ending: str
    days: frozenset[str]
    by_name: dict[str, str]
    """What an argument of that name takes, given or not: "room", "day" or "name"."""
    will_not: str
    nothing_to_undo: str
    instead: str
    goods: Goods
    """What is put on a list."""

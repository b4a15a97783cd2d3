"""What an assistant says who has done something, or is about to: the tables that claims.py builds its patterns from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class ClaimWords:
    """One language. Every entry is a piece of a regular expression over lower-case text with contractions written out
    ("i have", "it is")."""

    acts: dict[str, tuple[str, str]]
    """Verbs of things that tools do: base -> past, and the form in -ing."""
    telling: frozenset[str]
    """Of those the ones that need no thing of the house to be a claim: an assistant that ordered, has ordered."""
    things: tuple[str, ...]
    """What tools act on."""
    adverbs: str
    openers: str
    """What stands before the sentence itself: "Okay, "."""
    done: str
    """Whole sentences that say that it is done, whatever it is."""
    promises: str
    """What follows "I will" and promises to come back."""
    states: str
    """What a thing is after it was acted on."""
    not_behind_a_state: str
    """After the state: an explanation, not a report ("the alarm is set by pressing")."""
    finite: str
    """A verb that makes the sentence a statement about what it begins with ("Setting a timer is easy")."""
    offers: str
    """Anywhere in a sentence about what comes: an offer or a question back, not a promise."""
    subordinate: str
    """In front of a report: it is none ("if the light is on")."""
    people: str
    """Whom one calls or writes to."""
    in_the_past: str
    """A sentence with one of these speaks of earlier turns."""
    asks_about: str
    """The beginning of what a user says who asks about something, or says thanks, rather than asking for it."""
    empty: frozenset[str]
    """Words that say nothing about which deed it was."""
    contractions: tuple[tuple[str, str], ...]
    numbers: dict[str, int]


ENGLISH = ClaimWords(
    acts={
        "set": ("set", "setting"),
        "start": ("started", "starting"),
        "create": ("created", "creating"),
        "cancel": ("cancell?ed", "cancell?ing"),
        "stop": ("stopped", "stopping"),
        "pause": ("paused", "pausing"),
        "resume": ("resumed", "resuming"),
        "restart": ("restarted", "restarting"),
        "reset": ("reset", "resetting"),
        "extend": ("extended", "extending"),
        "delete": ("deleted", "deleting"),
        "remove": ("removed", "removing"),
        "clear": ("cleared", "clearing"),
        "take": ("taken|took", "taking"),
        "add": ("added", "adding"),
        "put": ("put", "putting"),
        "turn": ("turned", "turning"),
        "switch": ("switched", "switching"),
        "dim": ("dimmed", "dimming"),
        "brighten": ("brightened", "brightening"),
        "lower": ("lowered", "lowering"),
        "raise": ("raised", "raising"),
        "increase": ("increased", "increasing"),
        "decrease": ("decreased", "decreasing"),
        "reduce": ("reduced", "reducing"),
        "adjust": ("adjusted", "adjusting"),
        "change": ("changed", "changing"),
        "update": ("updated", "updating"),
        "open": ("opened", "opening"),
        "close": ("closed", "closing"),
        "shut": ("shut", "shutting"),
        "lock": ("locked", "locking"),
        "unlock": ("unlocked", "unlocking"),
        "play": ("played", "playing"),
        "skip": ("skipped", "skipping"),
        "mute": ("muted", "muting"),
        "unmute": ("unmuted", "unmuting"),
        "activate": ("activated", "activating"),
        "deactivate": ("deactivated", "deactivating"),
        "enable": ("enabled", "enabling"),
        "disable": ("disabled", "disabling"),
        "save": ("saved", "saving"),
        "make": ("made", "making"),
        "place": ("placed", "placing"),
        "schedule": ("scheduled", "scheduling"),
        "order": ("ordered", "ordering"),
        "book": ("booked", "booking"),
        "reserve": ("reserved", "reserving"),
        "send": ("sent", "sending"),
        "text": ("texted", "texting"),
        "e-?mail": ("e-?mailed", "e-?mailing"),
        "message": ("messaged", "messaging"),
        "call": ("called", "calling"),
        "dial": ("diall?ed", "diall?ing"),
        "phone": ("phoned", "phoning"),
    },
    telling=frozenset({"order", "book", "reserve", "schedule", "send"}),
    things=(
        "timers?",
        "stopwatch",
        "countdown",
        "alarms?",
        "reminders?",
        "lists?(?! of)",
        "lights?(?! (?:bulb|switch))",
        "lamps?",
        "fans?",
        "heaters?",
        "heating",
        "heat",
        "thermostat",
        "temperature",
        "air condition(?:ing|er)",
        "blinds?",
        "curtains?",
        "doors?",
        "garage",
        "tv",
        "television",
        "oven",
        "kettle",
        "coffee machine",
        "speakers?",
        "volume",
        "music",
        "songs?",
        "track",
        "playlist",
        "radio",
        "podcast",
        "jazz",
        "rock",
        "album",
        "station",
        "messages?",
        "e-?mails?",
        "calls?",
        "calendar",
        "events?",
        "meetings?",
        "appointments?",
        "reservation",
        "booking",
        "orders?",
        "cart",
        "basket",
        "note of (?:that|it|this)",
        "pizza",
        "latte",
        "cappuccino",
        "coffee",
        "taxi",
        "table for",
    ),
    adverbs=r"(?:\w+ly|just|now|also|already|then|been|go ahead and|gone ahead and|went ahead and|right away)",
    openers=(
        r"okay|ok|sure(?: thing)?|al(?:l )?right|great|got it|done|absolutely|of course|certainly|no problem|yes|yeah|"
        r"perfect|right|well|understood|you got it|thanks|thank you|hello|hi|sorry|oh|ah|good|excellent|very well|"
        r"no worries|my pleasure|with pleasure|i understand|and|then"
    ),
    done=(
        r"(?:all )?done|all set|(?:it|that|this) (?:is|has been) (?:all )?(?:done|set|taken care of)|you are all set|"
        r"consider it done|(?:i am )?on it|will do|i (?:have )?did (?:it|that)|task completed?|completed|"
        r"your wish is my command|i (?:have )?(?:done|handled|completed|finished) (?:it|that|this|so)(?: for you)?|"
        r"i have taken care of (?:it|that|this)"
    ),
    promises=(
        r"remind you|wake you|alert you|notify you|let you know (?:when|once|as soon as|at|in)|"
        r"(?:take care of|handle) (?:it|that|this)|(?:do|get) (?:it|that|this|so)(?: done| started| set up)?"
        r"(?: for you)?(?: now| right away)?[.!]?$|make a note|keep an eye|get (?:it|that|those|them) (?:turned|set)"
    ),
    states=(
        r"set(?: up)?|started|running|ticking|cancell?ed|paused|resumed|stopped|created|added|removed|deleted|cleared|"
        r"(?:turned |switched )?(?:on|off|up|down)|dimmed|brightened|lowered|raised|increased|decreased|reduced|"
        r"adjusted|changed|updated|opened|open|closed|locked|unlocked|playing|muted|unmuted|sent|placed|ordered|booked|"
        r"scheduled|reserved|confirmed|saved|activated|deactivated|enabled|disabled|extended|skipped|at \d+|"
        r"on (?:its|the) way"
    ),
    not_behind_a_state=r"by|the|a|an|when|if|using|through|as|because|of|with|and|or|but",
    finite=(
        r"is|are|was|were|can|could|will|would|may|might|should|must|has|have|had|do|does|helps?|requires?|takes?|"
        r"makes?|means?|involves?|depends?|seems?|allows?|gives?|lets?|keeps?|saves?|improves?|creates?|ensures?|"
        r"gets?|goes|works?|provides?|reduces?|uses?|brings?|costs?|feels?|leads?"
    ),
    offers=(
        r"if|would you|do you|shall i|should i|want me|like me|once you|when you(?: are ready| tell| give| have)|"
        r"after you|as soon as you|please (?:tell|provide|specify|give)|need to know|can you|could you|which|unless|"
        r"how long|what time|need (?:more|some|your|the)"
    ),
    subordinate=(
        r"if|when|while|once|until|unless|whether|ensure|sure|check|after|before|because|that|how|where|what|why|"
        r"which|who|since|as|each|every|most|some|usually|often|typically|generally|means|verify|confirm|not|never|"
        r"cannot|unable|can|could|should|to"
    ),
    people=(
        r"(?:him|her|them|mum|mom|dad|mother|father|(?:your|the) (?:\w+ )?(?:mum|mom|dad|mother|father|sister|brother|"
        r"wife|husband|boss|friend|doctor|office|doctor's office|son|daughter|partner|colleague)|(?-i:[A-Z])\w+)"
    ),
    in_the_past=r"earlier|already|before|ago|previously|yesterday|last time",
    asks_about=(
        r"did|have|has|is|are|was|were|do|does|what|what's|which|how|how's|when|who|where|why|thanks?|thank you|"
        r"ok|okay|great|good|nice|cool|perfect|sorry"
    ),
    empty=frozenset(
        "a all am an and any are as at be been but by can did do done for from going got have has i if in is it its "
        "just know let minute hour second me my now of off ok okay on one our out please right so sure that the them "
        "then there this those to up was we when will with you your successfully also ahead go gone percent "
        "set start create make take put turn switch add change update".split()
    ),
    contractions=(
        ("won't", "will not"),
        ("can't", "cannot"),
        ("n't", " not"),
        ("'ve", " have"),
        ("'ll", " will"),
        ("i'm", "i am"),
        ("'re", " are"),
        ("it's", "it is"),
        ("that's", "that is"),
        ("i'd", "i would"),
    ),
    numbers={
        word: value
        for value, word in enumerate(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty".split()
        )
    }
    | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100},
)

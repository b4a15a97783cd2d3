"""English words for answers to a question, taking back and correcting."""

from localvoice.think.commands.follow_up_words import FollowUpWords
from localvoice.think.commands.sentence_file import read

_NEW, _OLD = r"(?P<new>.+?)", r"(?P<old>.+?)"

ENGLISH = FollowUpWords(
    yes=(
        "yes", "yeah", "yep", "yup", "ya", "aye", "sure", "sure thing", "of course", "do it", "do that", "do so",
        "please do", "go ahead", "go on", "go for it", "ok", "okay", "alright", "all right", "right", "correct",
        "exactly", "that's right", "that is right", "that's correct", "that is correct", "absolutely", "definitely",
        "certainly", "confirm", "confirmed", "i do", "i did", "you can", "you may", "sounds good", "by all means",
        "uh huh", "that's it",
    ),
    no=(
        "no", "nope", "nah", "don't", "do not", "don't do it", "don't do that", "cancel", "cancel it", "cancel that",
        "stop", "stop it", "never mind", "nevermind", "forget it", "forget that", "forget about it", "rather not",
        "i'd rather not", "not now", "leave it", "no way", "i don't", "i didn't", "absolutely not", "definitely not",
        "of course not", "better not",
    ),
    polite=("please", "thanks", "thank you", "sorry", "actually", "wait", "oh"),
    sighs=frozenset({"um", "uh", "er", "erm", "hmm", "uhm", "ah"}),
    hesitations=(
        r"(?:no|well|nope|nah|sorry|wait|oops|whoops|actually|oh|hang on|hold on|i'm sorry|my mistake|not that one)"
    ),
    undo=r"(?:can you |could you |please )*(?:undo|revert|reverse|and do|on do|un do|undue|unto)"
    r"(?: (?:that|it|this|the last (?:one|thing|command)))?"
    r"(?: please)?|(?:can you |could you |please )*take (?:that|it) back(?: please)?",
    undo_at_once=(
        r"(?:please )?(?:undo what you (?:just )?did|go back|i(?:'ve)? changed my mind|"
        r"(?:switch|turn|set) (?:it|that|them) back|"
        r"(?:make|leave) (?:it|that) (?:like|as it was|the way it was) before|as it was before|"
        r"back to (?:how|where|what) it was)|"
        r"(?:please )?(?:scratch|cancel|delete|forget) that|not that(?: one)?|that's wrong|that was wrong|"
        r"wrong(?: one)?|that was a mistake|that's not (?:what|the one) i (?:meant|wanted|said|asked for)|"
        r"i didn't (?:want|mean|say|ask for) that|(?:please )?(?:put|change) (?:it|that|them) back(?: please)?"
    ),
    corrections=(
        rf"(?:i (?:meant|mean|said)(?: to say)?|i wanted) {_NEW}(?: ,)? not {_OLD}",
        rf"(?:i (?:meant|mean|said)(?: to say)?) {_NEW}",
        rf"{_NEW}(?: ,)? not {_OLD}",
        rf"not {_OLD}(?: ,)? but {_NEW}",
        rf"not {_OLD} , {_NEW}",
    ),
    replacements=(
        r"(?:please )?(?:can you |could you )?(?:make|change|set|turn|move|put|switch|push) (?:that|it|this)"
        rf"(?: to| for)? {_NEW}",
        rf"(?:it|that) should (?:be|have been) {_NEW}",
        rf"let's (?:make it|say) {_NEW}",
        rf"(?:rather|better) {_NEW}",
        rf"{_NEW} instead",
    ),
    additions=(
        rf"(?:please )?add {_NEW}(?: more)? to (?:it|that|that one)",
        rf"(?:please )?(?:add|make (?:it|that)|give (?:it|me)|another) {_NEW}(?: more| longer| extra)",
        rf"another {_NEW}",
        rf"{_NEW} (?:more|longer)",
        r"(?P<new>.+ (?:more|extra) .+)",
        rf"(?:please )?add (?:another |an extra )?{_NEW}",
    ),
    more="more|extra",
    adds={"set_timer": ("add_to_timer", "duration"), "add_to_timer": ("add_to_timer", "duration")},
    again=(
        rf"(?P<joined>and|also|plus)(?: also)?(?: ,)? {_NEW}(?: (?:too|as well|also))?(?: please)?",
        rf"{_NEW} (?P<joined>too|as well)(?: please)?",
        rf"(?:and )?(?:what|how) about {_NEW}",
    ),
    one_of_them=r"^(?:the )?ones? (?:in|for|on|at|of) ",
    joints=r" ?, and | ?, | and ",
    joint=" and ",
    no_items=r"(?:what|who|how|why|when|where|which|you|i|that|then|is|are|do|does|did|can|could|will|would|now|me|we|it|he|she|"
    r"they|there|so|if|tell|set|turn|add|put|play|start|make|no|yes|not|i'm|it's|that's|let's)\b",
    most_item_words=3,
    stands_for={
        "set_timer": (("it|that|this", "the {name} timer"),),
        "add_to_timer": (("it|that|this", "the {name} timer"),),
        "pause_timer": (("it|that|this", "the {name} timer"),),
        "resume_timer": (("it|that|this", "the {name} timer"),),
        "check_timers": (("it|that|this", "the {name} timer"),),
        "set_alarm": (("it|that|this", "the alarm"),),
        "set_reminder": (("it|that|this", "the reminder"),),
        "set_device": (("it|them|that|this", "the {room} {device}"),),
        "set_brightness": (("it|them|that|this", "the {room} light"),),
        "add_to_list": (
            ("off (?:it|that|there)", "off my list"),
            ("(?:it|them|that|those) (?:off|from)(?: (?:there|it))?", "{items} off my list"),
            ("(?:it|them|that|those)", "{items} from my list"),
            ("on (?:there|it)|there", "on my list"),
        ),
    },
    before_again=r"^(?:(?:and|now|then|also|okay|ok|please)(?: ,)? )+",
    behind_again=r"(?: (?:again|too|as well|also|please|now))+$",
    halves=("{time} {half}", "{time} in the {half}"),
    in_its_place="instead|rather",
    before=r"(?:the|a|an|for|to|at|in|on|about|, )",
    behind=r"(?:please|instead|rather|then|now|though|, )",
    generic=frozenset({"one", "timer", "alarm"}),
    rooms=frozenset(
        "kitchen bedroom bathroom hall hallway office garage basement cellar attic loft lounge study nursery garden "
        "terrace balcony porch den pantry upstairs downstairs outside landing corridor toilet everywhere".split()
    ),
    room_ending=" room",
    days=frozenset("today tomorrow monday tuesday wednesday thursday friday saturday sunday".split()),
    by_name={"room": "room", "day": "day", "name": "name", "at": "time"},
    will_not="Okay, I won't.",
    nothing_to_undo="There is nothing to undo.",
    instead="Okay, {new} instead.",
    goods=read("en").words.goods,
)  # fmt: skip

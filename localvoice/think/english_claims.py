"""English sentences that claim that something was done, or is about to be."""

import re

from localvoice.think.claim_words import ClaimWords
from localvoice.think.commands.english_quantities import ENGLISH as QUANTITIES

_ACTS = {
    line.split()[0]: (line.split()[1], line.split()[2])
    for line in """
    set set setting
    start started starting
    create created creating
    cancel cancell?ed cancell?ing
    stop stopped stopping
    pause paused pausing
    resume resumed resuming
    restart restarted restarting
    reset reset resetting
    extend extended extending
    snooze snoozed snoozing
    delete deleted deleting
    remove removed removing
    clear cleared clearing
    take taken|took taking
    add added adding
    put put putting
    turn turned turning
    switch switched switching
    dim dimmed dimming
    brighten brightened brightening
    lower lowered lowering
    raise raised raising
    increase increased increasing
    decrease decreased decreasing
    reduce reduced reducing
    adjust adjusted adjusting
    change changed changing
    update updated updating
    open opened opening
    close closed closing
    shut shut shutting
    lock locked locking
    unlock unlocked unlocking
    play played playing
    skip skipped skipping
    mute muted muting
    unmute unmuted unmuting
    activate activated activating
    deactivate deactivated deactivating
    enable enabled enabling
    disable disabled disabling
    save saved saving
    make made making
    get got|gotten getting
    place placed placing
    let let letting
    note noted noting
    schedule scheduled scheduling
    order ordered ordering
    book booked booking
    reserve reserved reserving
    send sent sending
    text texted texting
    e-?mail e-?mailed e-?mailing
    message messaged messaging
    call called calling
    phone phoned phoning
    dial diall?ed diall?ing
    """.strip().splitlines()
}
"""Verbs of things that tools do: base, past, form in -ing."""
_TOLD = ("order", "book", "reserve", "schedule", "send")
"""Of those the ones that need no thing of the house to be a claim: an assistant that ordered, has ordered."""
_CALLED = ("call", "phone", "dial", "text", "message", "e-?mail")
_TURNED = ("turn", "switch")
_THINGS = (
    r"timers?|stopwatch|countdown|alarms?|reminders?|lists?(?! of)|lights?(?! (?:bulb|switch))|lamps?|fans?|heaters?|"
    r"heating|heat|thermostat|temperature|air condition(?:ing|er)|blinds?|curtains?|doors?|garage|tv|television|oven|"
    r"kettle|coffee machine|speakers?|volume|music|songs?|track|playlist|radio|podcast|jazz|rock|album|station|"
    r"messages?|e-?mails?|calls?|calendar|events?|meetings?|appointments?|reservation|booking|orders?|cart|basket|"
    r"note of (?:that|it|this)|text(?= sent| to)|pizza|latte|cappuccino|coffee|taxi|table for"
)
"""What tools act on."""
_ADVERBS = (
    r"(?:(?:\w+ly|just|now|also|already|then|been|(?:go|gone|went) (?:ahead )?and|right away|make sure (?:to|that i)|"
    r"be sure to) )*"
)
_OPENERS = (
    r"okay|ok|sure(?: thing)?|al(?:l )?right|great|got it|done|absolutely|of course|certainly|no problem|yes|yeah|"
    r"perfect|right|well|understood|you got it|thanks|thank you|hello|hi|sorry|oh|ah|good|excellent|very well|"
    r"no worries|my pleasure|with pleasure|i understand|and|then|as (?:requested|you wish)|reminder(?=:)"
)
_DONE = (
    r"(?:all )?done(?: and done)?|all set|(?:it|that|this) (?:is|has been) (?:all )?set|you are all set|"
    r"consider (?:it|that) done|(?:i am )?on it|will do|i (?:have )?did (?:it|that)|task completed?|completed|"
    r"your wish is my command|i (?:have )?(?:done|handled|completed|finished) (?:it|that|this|so)(?: for you)?|"
    r"i have taken care of (?:it|that|this)|[^.!?]{0,40}\bcoming (?:right )?up|[^.!?]{0,40}\bstarting (?:right )?now|"
    r"playing now|(?:that|it|this|(?:your|the) (?:request|task)) (?:has|is) (?:been |now )*(?:completed?|done|handled|"
    r"processed|taken care of)|here (?:is|are) (?:some|your) (?:music|jazz|songs?)(?: for you)?|"
    r"[\w' -]{1,40} (?:added|removed)"
)
"""Whole sentences that say that it is done, whatever it is."""
_PROMISES = (
    r"remind you|wake you|alert you|notify you|ping you|let you know (?:when|once|as soon as|at|in)|"
    r"(?:take care of|handle) (?:it|that|this)|(?:do|get) (?:it|that|this|so)(?: done| started| set up)?"
    r"(?: for you)?(?: now| right away)?[.!]?$|make a note|keep an eye|get (?:it|that|those|them) (?:turned|set)"
)
_STATES = (
    r"set(?: up)?|started|starting|running|going|ticking|on your (?:\w+ )?list|cancell?ed|paused|resumed|stopped|"
    r"created|added|removed|deleted|cleared|(?:turned |switched )?(?:on|off|up|down)|dimmed|brightened|lowered|raised|"
    r"increased|decreased|reduced|adjusted|changed|updated|opened|open|opening|closed|closing|locked|unlocked|playing|muted|"
    r"unmuted|sent|placed|ordered|booked|scheduled|reserved|confirmed|saved|activated|deactivated|enabled|disabled|"
    r"extended|skipped|at \d+|on (?:its|the) way"
)
"""What a thing is after it was acted on."""
_NO_EXPLANATION = (
    r"(?! (?:fire|display|sale|top|board|every|daily|always|twice|from|during|between|until|in \d{4}|in the \d|"
    r"in (?-i:[A-Z])|to (?:any|every)\w*|by(?! \d| \w+ (?:degrees?|percent|points?|minutes?))|the|a|an|when|if|using|"
    r"through|as|because|of|with|and|or|but)\b)"
)
"""Behind a state: a report, and not "the alarm is set by pressing"."""
_FINITE = (
    r"is|are|was|were|can|could|will|would|may|might|should|must|has|have|had|do|does|helps?|requires?|takes?|"
    r"makes?|means?|involves?|depends?|seems?|allows?|gives?|lets?|keeps?|saves?|improves?|creates?|ensures?|"
    r"gets?|goes|works?|provides?|reduces?|uses?|brings?|costs?|feels?|leads?"
)
_OFFERS = (
    r"if|would you|do you|shall i|should i|want me|like me|once you|when you(?: are ready| tell| give| have)|"
    r"after you|as soon as you|please (?:tell|provide|specify|give)|need to know|can you|could you|which|unless|"
    r"how long|what time|need (?:more|some|your|the)"
)
_SUBORDINATE = (
    r"if|when|while|once|until|unless|whether|ensure|sure|check|after|before|because|that|how|where|what|why|"
    r"which|who|since|as|each|every|most|some|usually|often|typically|generally|means|verify|confirm|not|never|"
    r"cannot|unable|can|could|should|to|first|earliest|original"
)
_PEOPLE = (
    r"(?:him|her|them|mum|mom|dad|mother|father|(?:your|the|my|our) (?:\w+ )?(?:mum|mom|dad|mother|father|sister|"
    r"brother|wife|husband|boss|friend|doctor|office|doctor's office|son|daughter|partner|colleague)|(?-i:[A-Z])\w+)"
)
_THING = rf"(?:{_THINGS})\b"
_FAR = r"(?:(?!and |or |but )[\w'%-]+(?:[:.]\d+)* ){0,7}?"
"""Words between the verb and the thing."""
_FARTHER = r"(?:[\w'%:,.-]+ ){0,12}?"
_FOR = r"(?: (?:for|in|at|to|of|on|with)\b[^,.;]*?)?"
"""A closer description behind the thing."""
_OWNED = rf"(?:(?:the|your|all|both|that|this|my)\b ?)?{_FAR}{_THING}"
_I_WILL = r"(?:i|we) (?:will|shall)|(?:i am|we are) going to"


def _acted(form: int, *, loosely: bool) -> str:
    """A verb (0 base, 1 past, 2 -ing) with what it acts on. `loosely`: said of oneself."""
    forms = {verb: (verb, *others)[form] for verb, others in _ACTS.items()}
    # "Set a timer" is advice, whatever its tense.
    every = "|".join(each for verb, each in forms.items() if loosely or form != 1 or each != verb)
    told, called, turned = ("|".join(forms[verb] for verb in group) for group in (_TOLD, _CALLED, _TURNED))
    it = r"(?:it|that|this|them|those|everything)"
    out = [
        rf"(?:{every}) {_FAR}{_THING}",
        rf"(?:{called}) {_PEOPLE}\b",
        rf"(?:{forms['let']}) {_PEOPLE} know\b",
        rf"(?:{turned}) (?:{it} )?(?:on|off|up|down)\b",
        rf"(?:{every}) {it} ?(?:$|[.!,]|for\b|to\b|from\b|on your\b|now\b|\d)",
        rf"(?:{every}) {_FARTHER}(?:on|to|from|in|off) (?:your|the) (?:\w+ )?list\b(?! of)",
    ]
    if loosely:
        out.append(rf"(?:{told}) (?:(?:you|your|a|an|the|one|two|some|it|that|them)\b|\d)")
    return f"(?:{'|'.join(out)})"


_NO_DEED = (
    r"no|not|never|a|an|the|to|some|any|one|two|three|many|several|few|access|been|had|heard|read|seen|learn\w*|thought|"
    r"known|understood|noticed|found|felt|loved|liked|enjoyed|written|listed|included|provided|explained|described|"
    r"given (?:you|an)|got|created a list|made a|tried|limited|mentioned|said|told you|answered|always|only|more|"
    r"nothing|information|just"
)
"""Behind "I have" in answer to a request: nothing that tools do."""
_NO_PLAN = (
    r"not|never|always|be|do my|try|explain|tell|give|keep|share|help|assist|need|have|answer|describe|mention|say|"
    r"show|list|use|provide|know|see|think|check|look|find|ask|assume|start (?:with|by)|begin|go|walk|guide|suggest|"
    r"recommend|love|like|let you (?:choose|decide)|add (?:that|one|a)|note|wait|call you|only|require|"
    r"understand|continue|happily|gladly|repeat|make (?:it|this) (?:short|quick)|write|read"
)
_NOTHING_GOING_ON = (
    r"being|having|trying|thinking|wondering|talking|speaking|asking|looking|getting|feeling|going|doing|learning|"
    r"working|writing|referring|assuming|giving|hoping|wishing|willing|offering|using|adding (?:a|one|that)|missing|"
    r"experiencing|sorry|running|enjoying|answering"
)
_LOOSELY_DONE = (
    r"there you (?:go|are)\b|here you (?:go|are)\b|(?:your|the) [\w' -]{1,40} will (?:arrive|be (?:ready|there|"
    r"delivered|with you))|(?:it is |that is )?(?:" + "|".join(past for past, _ in _ACTS.values()) + r")[.!]"
)

_WISH = (
    r"\W*(?:(?:hey|hi|hello|okay|ok|now|then|and|please|just|can you|could you|would you|will you|i want you to|"
    r"i need you to|i would like you to|i'd like you to|go ahead and|go|quickly|localvoice|computer)\b[, ]*)*"
)
"""How a request begins."""
_MORE_WISHES = (
    r"remind|wake|end|silence|shut|ring|contact|notify|tell (?!me|us)\w+ that|hang|buy|secure|arm|disarm|connect|"
    r"disconnect|find my|give (?!me|us)"
)


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


_SUFFIX = re.compile(r"(?:'s|ing|ed|es|s|e)$")
_STATE = rf" {_ADVERBS}(?:{_STATES})\b{_NO_EXPLANATION}"

ENGLISH = ClaimWords(
    opener=_pattern(rf"^(?:(?:{_OPENERS})\b[,.!;: —–-]*)+"),
    done=_pattern(rf"^(?:(?:{_OPENERS})\b[,.!;: —–-]*)*(?:{_DONE})(?:$|[.!,;:]| now[.!])"),
    perfect=_pattern(rf"\b(?:i|we) (?:have|just|{_ADVERBS}have) {_ADVERBS}(?:{_acted(1, loosely=True)}|noted )"),
    past=_pattern(rf"^(?:i|we) {_ADVERBS}{_acted(1, loosely=True)}"),
    bare_past=_pattern(rf"^{_ADVERBS}{_acted(1, loosely=False)}"),
    doing=_pattern(rf"\b(?:i am|we are) {_ADVERBS}{_acted(2, loosely=True)}"),
    bare_doing=_pattern(rf"^{_ADVERBS}{_acted(2, loosely=False)}"),
    will=_pattern(rf"\b(?:{_I_WILL}|(?:i am|we are) about to|let me) {_ADVERBS}{_acted(0, loosely=True)}"),
    promise=_pattern(rf"\b(?:{_I_WILL}) {_ADVERBS}(?:{_PROMISES})"),
    states=(
        _pattern(
            rf"^(?P<subject>(?:the|your|all|both|that|this|my) {_FAR}{_THING}{_FOR})",
            rf" (?:is|are|will be|(?:have|has) been){_STATE}",
        ),
        _pattern(
            rf"^(?P<subject>{_FAR}{_THING}{_FOR}) (?:(?:has|have) been|(?:is|are) now|has(?= started)|starts?(?= now))",
            rf"(?: now\b|{_STATE})",
        ),
        _pattern(r"^(?P<subject>)(?:it (?:is now|has been)|they (?:are now|have been))", _STATE),
        _pattern(
            r"^(?P<subject>[^.;:]*?) (?:has|have|is|are)(?: now| been)+ (?:\w+ly )?"
            r"(?:(?:added|removed|placed|put|deleted|moved) (?:to|from|on|in|into|for)"
            r" (?:your|the (?:\w+ )?(?:list|calendar|cart|basket))|"
            r"(?:booked|ordered|reserved|scheduled|sent) (?:for|to) (?:your|you)|(?:on|in) your)\b"
        ),
        _pattern(
            r"^(?P<subject>your (?:[\w'-]+ ){1,3})(?:has|have) been (?:\w+ly )?"
            r"(?:booked|ordered|reserved|scheduled|cancell?ed|sent)\b"
        ),
    ),
    was=_pattern(rf"^(?P<subject>(?:the|your|all|both) {_FAR}{_THING}) (?:was|were)", _STATE),
    # "Order cancelled", and not "Order the list".
    bare_state=_pattern(rf"^(?!(?:{'|'.join(_ACTS)})\b(?! (?:{_STATES})\b)){_OWNED}{_FOR}", _STATE),
    asks_for=_pattern(_WISH, rf"(?!let )(?:{'|'.join(_ACTS)}|{_MORE_WISHES})\b"),
    asks_for_deed=_pattern(
        _WISH,
        r"(?:(?:remind|wake) (?:me|us)\b|make it (?:louder|quieter|brighter|darker|warmer|cooler)|",
        rf"{_acted(0, loosely=True)})",
    ),
    declines=_pattern(
        r"\?|\b(?:not|no|never|none|nothing|unable|cannot|sorry|unfortunately|afraid|only|instead|please|try|maybe|"
        r"perhaps|you (?:can|could|may|might|need|should|will need|have to)|let me know|here (?:is|are)|would|could|if|"
        r"which|what|how|need|but)\b"
    ),
    loosely=(
        _pattern(rf"\b(?:i|we) have {_ADVERBS}(?!(?:{_NO_DEED})\b)\w+"),
        # As a small model has it: "I'm set an alarm".
        _pattern(rf"\b(?:i am|we are) {_ADVERBS}{_acted(1, loosely=True)}"),
        _pattern(rf"^(?:i|we) {_ADVERBS}\w+ed (?:your|the|it|that|them|you)\b"),
        _pattern(
            rf"\b(?:{_I_WILL}|let me) {_ADVERBS}(?!(?:{_NO_PLAN})\b)"
            r"\w+ (?:your|the|it|that|them|this|you|a|an|some)\b"
        ),
        _pattern(rf"\b(?:i am|we are) {_ADVERBS}(?!(?:{_NOTHING_GOING_ON})\b)\w+ing\b"),
        _pattern(rf"^(?!(?:{_NOTHING_GOING_ON})\b)\w+ing (?:your|the|you|it|now)\b(?!.*\b(?:{_FINITE})\b)"),
        _pattern(
            r"^(?!there )(?P<subject>[\w' -]{1,60}?) (?:is|are|has been|have been|was|were)"
            rf" {_ADVERBS}(?:empty|up and running|{_STATES})\b",
            _NO_EXPLANATION,
        ),
        _pattern(r"^(?:your|the) (?:timer|alarm|list|order) now has\b|^now playing\b"),
        _pattern(r"^[\w' -]{1,40} (?:is|are) on (?:your|the) list"),
        _pattern(rf"^(?:{_LOOSELY_DONE})"),
    ),
    finite=_pattern(rf"\b(?:{_FINITE})\b"),
    offers=_pattern(rf"\b(?:{_OFFERS})\b"),
    subordinate=_pattern(rf"\b(?:{_SUBORDINATE})\b"),
    joints=_pattern(r"(?:,|\b(?:and|but|then)\b)[,\s]*(?:(?:and|but|then|also)\b\s*)*"),
    in_the_past=_pattern(r"\b(?:earlier|already|before|ago|previously|yesterday|last time)\b"),
    asks_about=_pattern(
        r"\W*(?:did|have|has|is|are|was|were|do|does|what|which|how|when|who|where|why|thanks?|thank you|"
        r"ok|okay|great|good|nice|cool|perfect|sorry)\b"
    ),
    ending=_SUFFIX,
    empty=frozenset(
        _SUFFIX.sub("", word) or word
        for word in (
            "a all am an and any are as at be been but by can did do done for from going got have has i if in is it "
            "its just know let minute minutes hour hours second seconds me my now of off ok okay on one our out please "
            "right so sure that the them then there this those to up was we when will with you your successfully also "
            "ahead go gone percent set start create make take put turn switch add change update"
        ).split()
    ),
    contractions=(
        ("won't", "will not"), ("can't", "cannot"), ("n't", " not"), ("'ve", " have"), ("'ll", " will"),
        ("'s been", " has been"), ("i'm", "i am"), ("here's", "here is"), ("'re", " are"), ("it's", "it is"),
        ("that's", "that is"), ("i'd", "i would"),
    ),
    numbers={**QUANTITIES.small, **QUANTITIES.tens, QUANTITIES.hundred: 100},
)  # fmt: skip

"""What the visitor says in the demo, and what is to come of it. Plain data.

`held_out` marks sentences that are in no training text of the bundled models; the voice `en-us+f4` is in none either.
scripts/demo_speech.py makes the recordings from this page.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the visitor says."""

    name: str
    """File name of the recording, without its ending."""
    says: str
    """The words, as a transcript; `…` marks a pause of PAUSE_S in mid-sentence."""
    voice: str
    """A flite voice (`flite:slt`) or an espeak-ng voice with its variant (`en-us+f3`)."""
    tools: tuple[str, ...] = ()
    """Tools that must have been called."""
    held_out: bool = False
    interrupts_after_s: float | None = None
    """Speak this long after the assistant's reply to the line before has begun; else wait until it has ended."""
    noise_db: float | None = None
    """A fan runs while this is said, at this level of full scale; the voices are at -24."""


PAUSE_S = 0.8
GAP_S = 0.7
"""Between the end of a reply and the visitor's next words."""

LINES = (
    Line("01_hello", "good morning", "en-us+f3"),
    Line("02_time", "could you tell me what time it is", "en-gb+m1", ("get_time",), held_out=True),
    Line("03_timer", "set a timer for … five minutes", "en-us+m3", ("set_timer",)),
    Line("04_left", "tell me how much time is left", "en-us+m3", ("check_timers",), held_out=True),
    Line("05_lamp", "turn on the light in the kitchen", "en-us+f4", ("set_device",)),
    Line("06_noise", "could you shut off the living room light", "en-gb+m1", ("set_device",), True, noise_db=-38.0),
    Line("07_weather", "how is the weather going to be on saturday", "en-us+f4", ("get_weather",), held_out=True),
    Line("08_sunday", "and on sunday", "en-us+f4", ("get_weather",)),
    Line("09_sum", "please work out forty nine minus eighteen", "en-us+f3", ("calculate",), held_out=True),
    Line("10_add", "add milk and eggs to the shopping list", "en-us+f3", ("add_to_list",)),
    Line("11_list", "could you read me the shopping list", "en-us+m3", ("read_list",), held_out=True),
    Line("12_story", "please tell us a short story", "en-us+f4", held_out=True),
    Line("13_date", "what date is it today", "en-gb+m1", ("get_date",), True, interrupts_after_s=2.5),
    Line("14_order", "can i have a large latte with soy milk", "en-us+m3", ("order_coffee",)),
    Line("15_correct", "make it a small cappuccino", "en-us+m3", ("change_order",)),
    Line("16_thanks", "thank you", "en-us+f4"),
)

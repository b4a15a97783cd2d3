"""A second conversation: every sentence and both voices are in no training text of the bundled models."""

from pathlib import Path

from localvoice.demo.conversation import Line

SPEECH = Path(__file__).parent / "data" / "second"

LINES = (
    Line("01_date", "which date do we have", "en-us+f4", ("get_date",), held_out=True),
    Line("02_timer", "could you start a tea timer for seven minutes", "en-us+f4", ("set_timer",), held_out=True),
    Line("03_delete", "could you delete the tea timer", "en-us+f4", ("cancel_timer",), held_out=True),
    Line("04_heater", "go ahead and turn off the heater", "en-us+f4", ("set_device",), held_out=True),
    Line("05_weather", "could you check the weather for tuesday", "en-us+f4", ("get_weather",), held_out=True),
    Line("06_sum", "work out ninety seven plus thirteen", "en-us+f4", ("calculate",), held_out=True),
    Line("07_bread", "could you write bread on the list", "en-us+f4", ("add_to_list",), held_out=True),
    Line(
        "08_coffee",
        "could i please have a twenty ounce single shot house coffee",
        "en-us+f4",
        ("order_coffee",),
        held_out=True,
    ),
    Line("09_cancel", "would you cancel the order please", "en-us+f4", ("cancel_order",), held_out=True),
    Line("10_best", "you're the best", "en-us+f4", held_out=True),
)

"""A plug-in whose weather station answers after a minute, and leaves a file when it is asked."""

import os
import time
from pathlib import Path

from localvoice.think.tools.spec import Tool, tool, tools_of

ASKED = "LOCALVOICE_TEST_ASKED"
"""The environment's name for the path of that file."""


def tools() -> list[Tool]:
    return tools_of(Station())


class Station:
    @tool()
    def get_weather(self, day: str | None = None) -> str:
        """The weather forecast.

        day: "today", "tomorrow" or a day of the week
        """
        Path(os.environ[ASKED]).touch()
        time.sleep(60)
        return "sunny"

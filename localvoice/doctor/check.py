"""What the doctor finds. Data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["ok", "warn", "fail"]

NOT_READY = 9
"""Exit code of `localvoice doctor` when something has to be put right first; 0 when nothing has."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    """Short and always the same, for scripts, such as "memory" or "model whisper-base.en"."""
    state: State
    """`ok`, `warn` (it runs, but not as well as it could), or `fail` (a conversation is not possible)."""
    sentence: str
    remedy: str = ""
    """What to do, a sentence or a command; empty where nothing is to be done."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """What was measured, with units in the names; JSON types only."""


def is_ready(checks: Sequence[Check]) -> bool:
    """Whether a conversation is possible."""
    return not any(check.state == "fail" for check in checks)


def exit_code(checks: Sequence[Check]) -> int:
    """What `localvoice doctor` ends with."""
    return 0 if is_ready(checks) else NOT_READY

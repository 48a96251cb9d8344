"""Names that were meant: the end of every "unknown X" message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """' Did you mean "x"? Choices: ...' for a message about an unknown `name`."""
    choices = sorted(set(known))
    near = difflib.get_close_matches(name, choices, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return f"{hint} Choices: {', '.join(choices)}" if choices else hint

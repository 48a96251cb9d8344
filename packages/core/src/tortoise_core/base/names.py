"""Names: the parts of a path, and what was meant by an unknown one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """' Did you mean "x"? Choices: ...' for a message about an unknown `name`."""
    choices = sorted(set(known))
    near = difflib.get_close_matches(name, choices, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return f"{hint} Choices: {', '.join(choices)}" if choices else hint


def path_parts(path: str) -> tuple[str, ...]:
    """The names in a path of relations: ``a__b``, and ``a___b`` where the first is called ``a_``."""
    return tuple(re.split("__(?!_)", path))


def shown(value: object, limit: int = 100) -> str:
    """`value` as it may stand in a message: its repr, cut to `limit` characters; its type where it has none."""
    try:
        text = repr(value)
    except Exception:
        # numbers of thousands of digits have none, and classes may have any
        return f"<{type(value).__name__}>"
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def said(problem: object) -> str:
    """What a problem says of itself, which may be an exception of the user's; its type where it says nothing."""
    try:
        return str(problem)
    except Exception:
        return f"<{type(problem).__name__}>"

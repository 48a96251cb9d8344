"""POSIX regular expressions by Python's, for the functions that SQLite calls."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Callable, Optional

#: classes inside brackets (POSIX base definitions, 9.3.5) as the members of a set in Python
_CLASSES: dict[str, str] = {
    "alpha": "a-zA-Z", "digit": r"\d", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "blank": r" \t", "punct": r"!-/:-@\[-`{-~", "cntrl": r"\x00-\x1f\x7f", "xdigit": "0-9A-Fa-f", "graph": "!-~",
    "print": " -~", "word": r"\w",
}  # fmt: skip
#: escapes of PostgreSQL's flavour that mean something else to Python, or nothing
_ESCAPES: dict[str, str] = {r"\m": r"\b(?=\w)", r"\M": r"\b(?<=\w)", r"\y": r"\b", r"\Y": r"\B"}
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]|\$|.", re.DOTALL)
#: what stands for itself in POSIX brackets, but is reserved for operations on sets in Python's
_SPECIAL = re.compile(r"[\[&~|]|(?<=-)-")
_CLASS = re.compile(r"\[:(\w+):\]")


def translated(pattern: str) -> str:
    """`pattern` for Python's `re`: classes written out, and ``$`` as the end of the text alone."""
    return "".join([_translated(token) for token in _TOKEN.findall(pattern)])


def _translated(token: str) -> str:
    if token == "$":
        return r"\Z"
    if token == "[":
        raise re.error("brackets [] not balanced")
    if token[0] == "[":
        head = re.match(r"\[\^?", token).group()  # type: ignore[union-attr]  # begins so
        body = token[len(head) : -1]
        if body[:1] == "]":
            head, body = head + r"\]", body[1:]
        parts = _CLASS.split(body)
        members = [_CLASSES[part] if at % 2 else _SPECIAL.sub(r"\\\g<0>", part) for at, part in enumerate(parts)]
        return f"{head}{''.join(members)}]"
    return _ESCAPES.get(token, token)


@lru_cache(maxsize=512)
def compiled(pattern: str, fold: bool) -> re.Pattern[str]:
    """The expression, ready. Raises ValueError for what is none."""
    try:
        return re.compile(translated(pattern), re.DOTALL | (re.IGNORECASE if fold else 0))
    except (re.error, KeyError, OverflowError, RecursionError) as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error


def matches(pattern: Optional[str], text: Any) -> Optional[bool]:
    """True if `pattern` is found in `text`."""
    if pattern is None or text is None:
        return None
    return compiled(pattern, False).search(str(text)) is not None


def matches_folded(pattern: Optional[str], text: Any) -> Optional[bool]:
    """The same without regard to case."""
    if pattern is None or text is None:
        return None
    return compiled(pattern, True).search(str(text)) is not None


FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "tortoise_regex": (matches, 2),
    "tortoise_iregex": (matches_folded, 2),
}
#: the operators of SQLite's grammar that have no meaning of their own: ``text REGEXP pattern``, ``text MATCH pattern``
OPERATORS: dict[str, Callable[..., Any]] = {"regexp": matches, "match": matches_folded}

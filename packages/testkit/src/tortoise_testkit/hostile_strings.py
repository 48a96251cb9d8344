"""Strings that try to become SQL, or to break what carries them; the same in every run."""

from __future__ import annotations

from random import Random

SEED = 20_260
#: what strings are put together from: quotes, escapes, wildcards, comments, placeholders, statements, odd Unicode
PIECES = (
    "'", "''", '"', '""', "`", "\\", "\\'", "\\\\", "%", "_", "%%", "--", "-- ", "/*", "*/", "#", ";",
    "; DROP TABLE sample; --", " OR 1=1 -- ", "' OR '1'='1", '" OR "1"="1', ") OR (1=1",
    "' UNION SELECT owner FROM account --", "$1", "$$", "$x$", "?", "??", "%s", "%(x)s", ":x", "::int", "@x", "{x}",
    "{}", "{0}", "[", "]", "[a-z]", "(", ")", "*", "+", "^", "$", "|", "!", "!%", "!_", "~", "&", "<", ">", "=", ",",
    ".", "..", "a", "B", "0", "1", "null", "NULL", "true", "x", "\n", "\r\n", "\t", "\x01", "\x7f", " ", "é", "É",
    "Ж", "ж", "漢字", "🐢", "e\u0301", "\u200b", "\u202e", "\ufeff", "\ufffd", "$.a", "$[0]", "->>'a'", "#>>", "{a,b}",
    "E'", "U&'", "\\u0041", "\\x41", "(SELECT 1)", "CAST(1 AS TEXT)", "0x41", "\U0010ffff",
)  # fmt: skip
#: what no text of a database holds: lone surrogates, and a NUL, which some servers know
UNSTORABLE = ("\ud800", "\udfff", "a\udc80b")
NUL = ("\0", "a\0b", "\0'", "%\0", "\0\0")


def hostile(count: int = 500) -> list[str]:
    """`count` different strings of one to five pieces; none has two underscores in a row, which would part names."""
    random = Random(SEED)
    found: dict[str, None] = dict.fromkeys(PIECES)
    while len(found) < count:
        text = "".join(random.choices(PIECES, k=random.randint(2, 5)))
        if "__" not in text and text.strip():
            found[text] = None
    return list(found)[:count]

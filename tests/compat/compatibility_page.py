"""Writes docs/compatibility.md, or the file it is given: what differs from 1.1.9, from the lists of the tests."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from differences import DIFFERENCES, SPECIFIC, TABLE_DIFFERENCES  # beside this file, which may be run by itself
from surface import EXCEPTIONS, LATER

PAGE = Path(__file__).resolve().parents[2] / "docs" / "compatibility.md"
HEAD = """# Coming from Tortoise ORM 1.1.9

Change the install line, and keep the code: `pip install "tortoise-orm[sqlite]"` or `[postgres]` instead of
`tortoise-orm`. Imports, names and signatures are those of 1.1.9, and a database that 1.1.9 wrote is read equal and
takes writes that 1.1.9 reads back.

That is tested, not only meant (`tests/compat`): every public name and its arguments are read off 1.1.9 as it runs, the
same programs run on both, on SQLite and PostgreSQL, and databases made by either are read and written by the other.
What differs stands below; this page is made of the lists that those tests go by.

What is not there yet has a list of its own below: migrations, the command line, other databases, frameworks.

What quietly changes for programs that relied on it:

- A filter on a relation to many rows, `tags__not=x` and `tags__not_in=[...]`, finds rows with **no** such related row.
- `contains`, `startswith` and `endswith` mind case on every database; the `i` lookups do not.
- Text given to a `JSONField` is a JSON string, not a document to be read.
- `save()` writes what changed, and fields with `auto_now`; those are also set by `save(update_fields=...)` and
  `bulk_update()` that do not name them.
- A limit of a `Prefetch` counts for each parent; `delete()` of a query minds its limit and counts its own rows.
- On SQLite transactions take the lock for writing when they begin.
"""


def _by_reason(names: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, reason in names.items():
        found.setdefault(reason, []).append(name)
    return found


def _programs(title: str, reasons: Mapping[str, str]) -> list[str]:
    rows = [f"| {', '.join(f'`{name}`' for name in names)} | {why} |" for why, names in _by_reason(reasons).items()]
    return [f"### {title}\n", "| program | why |", "|---|---|", *rows, ""]


def _names() -> list[str]:
    """Names by reason: owners that lack the same are told together."""
    lines: list[str] = []
    for why, names in _by_reason(EXCEPTIONS).items():
        members: dict[str, list[str]] = {}
        for name in names:
            owner, _, member = name.rpartition(".")
            members.setdefault(owner, []).append(f"`{member}`")
        told = _by_reason({owner: " ".join(found) for owner, found in members.items()})
        lines += [f"**{why[0].upper()}{why[1:]}.**\n"]
        lines += [f"- {', '.join(f'`{owner}`' for owner in owners)}: {found}" for found, owners in told.items()]
        lines.append("")
    return lines


def page() -> str:
    """The text of the page."""
    text = [HEAD, "## Programs that give something else\n", "A number is a line of the list of defects of 1.1.9.\n"]
    text += _programs("On every database", DIFFERENCES)
    for dialect, reasons in SPECIFIC.items():
        text += _programs(f"On {dialect} besides", reasons)
    text += [
        "## Tables that differ\n",
        "`generate_schemas` writes what 1.1.9 writes, names of indexes included, but:\n",
    ]
    text += [*[f"- not `{there}`: {why}" for there, why in TABLE_DIFFERENCES.items()]]
    text += ["- constraints have names of their own on PostgreSQL, where 1.1.9 leaves those to the server\n"]
    text += ["## Modules that are still to come\n"]
    text += [f"- {', '.join(f'`{name}`' for name in names)}: {what}" for what, names in _by_reason(LATER).items()]
    text += ["\n## Names that are missing or take other arguments\n", *_names()]
    return "\n".join(text)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(page(), encoding="utf-8")

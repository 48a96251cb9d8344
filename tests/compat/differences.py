"""Programs that give something else here than with tortoise-orm 1.1.9, each with the reason.

A number is a line of the list of known defects of 1.1.9 that this project promises to do right.
"""

from __future__ import annotations

#: on every database
DIFFERENCES: dict[str, str] = {}
#: on one of them: dialect -> program -> reason
SPECIFIC: dict[str, dict[str, str]] = {"sqlite": {}, "postgres": {}}

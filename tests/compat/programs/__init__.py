"""Programs that users write, one coroutine function each; what they return is compared.

A program uses only names that tortoise-orm 1.1.9 has, and returns what does not depend on the order of rows unless it
asked for one. Its attribute `models`, if it has one, names a module of models of its own, and `seed` makes the rows. A
module with a DIALECT is run on that alone.
"""

from __future__ import annotations

from programs import (
    aggregates,
    columns,
    expressions,
    instances,
    lookups,
    mistakes,
    postgres,
    queries,
    relations,
    transactions,
)

MODULES = [aggregates, columns, expressions, instances, lookups, mistakes, postgres, queries, relations, transactions]

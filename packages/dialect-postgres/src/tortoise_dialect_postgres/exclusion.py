"""Constraints that no two rows may meet together (PostgreSQL manual, "Exclusion Constraints")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union

from tortoise_core.ast.ddl import Constraint
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.query.expressions import Expression
from tortoise_core.query.q import Q
from tortoise_core.query.table_constraint import TableConstraint, TableText
from tortoise_core.schema.deferring import check_deferrable

_OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+")


@dataclass
class Exclude(Constraint):
    """`parts` are (SQL of a column or expression, operator): no two rows meet all of them."""

    __slots__ = ("name", "kind", "parts", "where", "deferrable")
    name: str
    kind: str
    parts: tuple[tuple[str, str], ...]
    where: Optional[str]
    deferrable: Optional[str]


@dataclass(frozen=True)
class ExclusionConstraint(TableConstraint):
    """No two rows that meet `condition` (default: no two at all) meet all of `expressions` with each other.

    `expressions` are pairs of a field or expression and an operator: ``[("room", "="), ("during", "&&")]`` lets nobody
    book a room for a time that overlaps another one. `index_type` is the access method of the index behind it; "=" of
    plain columns in a GiST index needs the extension btree_gist. `deferrable` as for UniqueConstraint. Raises
    ConfigurationError.
    """

    name: str
    expressions: Sequence[tuple[Union[str, Expression], str]]
    index_type: str = "gist"
    condition: Optional[Union[str, Q]] = None
    deferrable: Optional[str] = None

    def __post_init__(self) -> None:
        if not self.name or not self.expressions:
            raise ConfigurationError("an ExclusionConstraint needs a name and expressions")
        pairs: Any = self.expressions
        for pair in pairs:
            fits = isinstance(pair, (tuple, list)) and len(pair) == 2 and isinstance(pair[0], (str, Expression))
            if not fits or not isinstance(pair[1], str) or not _OPERATOR.fullmatch(pair[1]):
                raise ConfigurationError(
                    f"{self.name}: expressions are pairs (field or expression, operator): {pair!r}"
                )
        if not self.index_type.isidentifier():
            raise ConfigurationError(f"{self.name}: {self.index_type!r} is not the name of an access method")
        check_deferrable(self.name, self.deferrable)

    def node(self, table: TableText) -> Constraint:
        parts = tuple([(table.key(what), operator) for what, operator in self.expressions])
        return Exclude(self.name, self.index_type, parts, table.condition(self.condition), self.deferrable)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        named: dict[str, Any] = {
            "name": self.name,
            "expressions": list(self.expressions),
            "index_type": self.index_type,
        }
        named["condition"], named["deferrable"] = self.condition, self.deferrable
        return f"tortoise.contrib.postgres.constraints.{type(self).__name__}", [], named


async def set_constraints(transaction: Any, when: str, *names: str) -> None:
    """Have constraints (default: all that can be) of this transaction checked "deferred" or "immediate" from now on.

    What was put off before is checked at once by "immediate". Raises ConfigurationError, IntegrityError.
    """
    check_deferrable("set_constraints", when or "")
    backend = transaction.backend or await transaction.ready()
    compiler = backend.dialect.ddl_compiler(backend.capabilities, backend.dialect.types)
    which = compiler.names(names) if names else "ALL"
    await transaction.execute_script(f"SET CONSTRAINTS {which} {when.upper()}")

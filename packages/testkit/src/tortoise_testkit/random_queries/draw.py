"""Making plans: which lookups, conditions, terms and clauses, all by the choices of a `Chooser`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any, Protocol, TypeVar

from tortoise_testkit.random_queries.kinds import FRAGMENTS, KINDS, ORDERED, PATTERNS, REGEX, TEXT, TYPES
from tortoise_testkit.random_queries.plan import Agg, Arith, Choice, Condition, Const, Look, Many, Neg, Path, Term

T = TypeVar("T")
COMPARED = ("exact", "not", "gt", "gte", "lt", "lte")
NUMBERS = ("SmallInt", "Int", "Float", "Decimal")


class Chooser(Protocol):
    """Where choices come from."""

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        ...


class Seeded:
    """Choices of a seeded generator."""

    def __init__(self, random: Random) -> None:
        self.below = random.randrange


class Drawn:
    """Choices by bytes that Hypothesis draws, and makes smaller when a plan fails; 0 once they are used up.

    All in one piece: of choices drawn one by one Hypothesis makes many queries that are nearly the same.
    """

    def __init__(self, drawn: bytes) -> None:
        self._bytes = iter(drawn)

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return next(self._bytes, 0) % limit


class Maker:
    """Makes plans for one root model."""

    def __init__(self, choose: Chooser, root: str) -> None:
        self.choose, self.root = choose, root
        #: annotations made so far that conditions may look at
        self.known: list[Path] = []

    def one(self, options: Sequence[T]) -> T:
        """One of `options`."""
        return options[self.choose.below(len(options))]

    def some(self, options: Sequence[T], most: int, least: int = 1) -> list[T]:
        """`least` to `most` of `options`, with repetitions."""
        return [self.one(options) for _ in range(least + self.choose.below(most - least + 1))]

    def chance(self, percent: int) -> bool:
        """True so often; Hypothesis prefers False."""
        return self.choose.below(20) >= 20 - percent // 5

    # -- columns

    def near(self, kinds: Sequence[str] = tuple(KINDS)) -> Path:
        """A column of a thing: the root, or what the root leads to."""
        kind = KINDS[self.one(kinds)]
        prefix = {"Thing": "", "Owner": "things__", "Note": "thing__"}[self.root]
        return Path(f"{prefix}{'sure_' if self.chance(25) else ''}{kind.column}", kind.name)

    def part(self) -> Path:
        """A part of a date or time."""
        path = self.near(("Datetime", "Date", "Time"))
        return Path(f"{path.name}__{self.one(KINDS[path.kind].parts)}", "Part")

    def far(self) -> Path:
        """A column of a related row, or a relation itself."""
        thing = [
            Path("owner__name", "Char"), Path("owner__rank", "Int"), Path("owner", "Int"), Path("owner_id", "Int"),
            Path("notes__name", "Text"), Path("notes__rank", "Int"), Path("labels__name", "Char"),
            Path("labels__rank", "Int"), Path("notes", "Int"), Path("labels", "Int"),
            Path("owner__things__whole", "Int"),
        ]  # fmt: skip
        owner = [Path("name", "Char"), Path("rank", "Int"), Path("things", "Int"), Path("things__labels__rank", "Int")]
        note = [Path("name", "Text"), Path("rank", "Int"), Path("thing", "Int"), Path("thing__owner__rank", "Int")]
        return self.one({"Thing": thing, "Owner": owner, "Note": note}[self.root])

    # -- conditions

    def look(self, path: Path, lookup: str) -> Look:
        """A lookup on a path with an operand that suits both."""
        return Look(path, lookup, self.operand(path, lookup))

    def operand(self, path: Path, lookup: str) -> Any:
        """What may stand right of a lookup."""
        kind = TYPES[path.kind]
        pool = (*kind.values, *kind.strange)
        if lookup in ("isnull", "not_isnull"):
            return self.chance(50)
        if lookup in TEXT:
            return self.one(FRAGMENTS if lookup != "iexact" else (*FRAGMENTS, *map(kind.text or str, kind.values)))
        if lookup in REGEX:
            return self.one(PATTERNS)
        if lookup in ("in", "not_in"):
            return [None if self.chance(15) else self.one(pool) for _ in range(self.choose.below(5))]
        if lookup == "range":
            ends = kind.values
            return (self.one(ends), self.one(ends))
        if lookup in ("exact", "not") and self.chance(10):
            return None
        return self.one(pool)

    def simple(self) -> Look:
        """One lookup on a column, an annotation or a related column; or two columns compared."""
        if self.known and self.chance(40):
            return self._on_annotation(self.one(self.known))
        if self.chance(10):
            path = self.part()
            return self.look(path, self.one(TYPES["Part"].lookups))
        path = self.far() if self.chance(25) else self.near()
        kind = TYPES[path.kind]
        if kind.ordered and self.chance(15) and "__" not in path.name and self.root == "Thing":
            other = Path(self.one(["", "sure_"]) + kind.column, kind.name)
            return Look(path, self.one(COMPARED), other)
        is_relation = path.name in ("owner", "notes", "labels", "things", "thing")
        lookups = [name for name in kind.lookups if not (is_relation and name in (*TEXT, *REGEX))]
        return self.look(path, self.one(lookups))

    def _on_annotation(self, path: Path) -> Look:
        compared = COMPARED if TYPES[path.kind].ordered else COMPARED[:2]
        return self.look(path, self.one((*compared, "in", "not_in", "isnull")))

    def condition(self, depth: int = 0) -> Condition:
        """A lookup, or conditions joined and negated."""
        if depth > 2 or self.chance(55 if depth else 40):
            return self.simple()
        if self.chance(25):
            return Neg(self.condition(depth + 1))
        parts = tuple([self.condition(depth + 1) for _ in range(2 + self.choose.below(2))])
        return Many(self.one(("AND", "OR")), parts)

    # -- terms

    def number(self, kind: str) -> Any:
        """A constant to calculate with."""
        floats: tuple[Any, ...] = (2, 0.5, 3.0)
        exact: tuple[Any, ...] = (2, Decimal("0.5"), Decimal("1.25"))
        return self.one(floats if kind == "Float" else exact if kind == "Decimal" else (1, 2, 3, 10))

    def arithmetic(self) -> tuple[Term, str]:
        """Columns and constants calculated with; whole numbers with a constant first, so that they have 64 bits."""
        kind = self.one(NUMBERS)
        first, second = Path(KINDS[kind].column, kind), Path(f"sure_{KINDS[kind].column}", kind)
        term: Term = Arith(self.one("+-*"), first, Const(self.number(kind)))
        if self.chance(40):
            term = Arith(self.one("+-"), term, second)
        if self.chance(40):
            side = Arith(self.one("+-"), second, Const(self.number(kind)))
            term = Arith(self.one("+-"), term, side)
        if self.chance(30) and kind in ("SmallInt", "Int"):
            term = Arith(self.one("*%"), term, Const(self.one((2, 3, 7))))
        if self.chance(30) and kind == "Float":
            term = Arith("/", term, Const(self.one((2.0, 4.0))))
        return term, "Int" if kind in ("SmallInt", "Int") else kind

    def choice(self) -> tuple[Term, str]:
        """A CASE over numbers or texts."""
        kind = self.one(("Int", "Char", "Bool"))

        def branch() -> Term:
            return Path(KINDS[kind].column, kind) if self.chance(30) else Const(self.one(KINDS[kind].values))

        whens = tuple([(self._root_condition(), branch()) for _ in range(1 + self.choose.below(2))])
        return Choice(whens, Const(None) if self.chance(30) else branch()), kind

    def _root_condition(self) -> Condition:
        """A condition on the root's own columns."""
        looks = [self.look(path, self.one(KINDS[path.kind].lookups)) for path in (self.near(), self.near())]
        return looks[0] if self.chance(50) else Many(self.one(("AND", "OR")), tuple(looks))

    def aggregate(self) -> tuple[Agg, str]:
        """An aggregate, and the type of what it gives; "" for one that no condition should look at."""
        name = self.one(("Count", "Sum", "Avg", "Min", "Max"))
        kinds = {"Count": ORDERED, "Sum": NUMBERS, "Avg": NUMBERS}.get(name, ORDERED)
        path = self.near(kinds)
        if self.chance(35):
            path = self.far() if name == "Count" else Path(*self._far_number())
        condition = self._root_condition() if self.chance(30) else None
        known = "Int" if name == "Count" else path.kind if name in ("Min", "Max") else ""
        known = "Int" if name == "Sum" and path.kind in ("SmallInt", "Int") else known
        return Agg(name, path, self.chance(30), condition), known

    def _far_number(self) -> tuple[str, str]:
        return {"Thing": ("notes__rank", "Int"), "Owner": ("rank", "Int"), "Note": ("rank", "Int")}[self.root]

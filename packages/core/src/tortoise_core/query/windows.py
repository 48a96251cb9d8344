"""Windows: values of a row that come from the rows around it, ``Window(Rank(), order_by="-pages")``."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.windows import Frame, holds_window
from tortoise_core.ast.windows import Window as WindowNode
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.calls import Aggregate
from tortoise_core.query.expressions import Arithmetical, Expression
from tortoise_core.query.order_terms import OrderTerms, order_parts, order_terms
from tortoise_core.query.scope import Scope, Term

#: a field's name, a path over relations, an annotation's name, or an expression; or several of these
Parts = Union[str, Expression, Sequence[Union[str, Expression]]]


class _Range:
    """Which rows of its partition a function sees."""

    unit: ClassVar[str]

    def __init__(self, start: Optional[int] = None, end: Optional[int] = None) -> None:
        for bound in (start, end):
            if bound is not None and (isinstance(bound, bool) or not isinstance(bound, int)):
                raise FieldError(f"{type(self).__name__} takes whole numbers and None, not {shown(bound)}")
        if start is not None and end is not None and start > end:
            raise FieldError(f"{type(self).__name__}: start {start} is behind end {end}")
        self.start, self.end = start, end

    def node(self) -> Frame:
        """This frame in the tree."""
        return Frame(self.unit, self.start, self.end)


class RowRange(_Range):
    """From row `start` to row `end`, counted from the current one: -1 is the row before it, None has no bound.

    ``RowRange(None, 0)`` is all rows up to the current one.
    """

    unit = "ROWS"


class ValueRange(_Range):
    """As `RowRange`, but rows that are equal in the order are taken together; the ends are None or 0."""

    unit = "RANGE"

    def __init__(self, start: Optional[int] = None, end: Optional[int] = None) -> None:
        super().__init__(start, end)
        if start or end:
            raise FieldError("ValueRange takes None and 0; count rows by RowRange")


class WindowFunction(Expression):
    """A function that stands in a `Window` alone."""

    #: the name in standard SQL
    database_func: ClassVar[str] = ""

    def __init__(self, *arguments: Expression, numbers: tuple[int, ...] = ()) -> None:
        self.arguments, self.numbers = arguments, numbers
        shapes = tuple([argument.shape for argument in arguments])
        self.shape: Hashable = ("WindowFunction", type(self), numbers, shapes)
        self.values: tuple[Any, ...] = sum([argument.values for argument in arguments], ())

    def resolve(self, scope: Scope) -> Term:
        raise FieldError(f"{type(self).__name__} stands in a window: Window({type(self).__name__}(...), order_by=...)")

    def call(self, scope: Scope) -> Term:
        """The call, without its window."""
        terms = [argument.resolve(scope) for argument in self.arguments]
        return Term(self.tree(terms), None if not terms else terms[0].field, any(term.aggregate for term in terms))

    def tree(self, terms: Sequence[Term]) -> ex.Function:
        """The call in the tree, with its arguments resolved."""
        raise NotImplementedError


class Window(Arithmetical):
    """`expression` over the rows that agree in `partition_by` (default: all), in the order of `order_by`.

    `expression` is a function for windows (`RowNumber`, `Lag`, ...) or an aggregate (`Sum`, ...). `order_by` takes
    names ("-name" is descending) and expressions. `frame` narrows the rows that are seen; by default these are all
    of the partition without an order, and with one those up to the current row and its equals (SQL:2016, 7.15).
    Rows stay as many as they are. Windows are computed after `filter` and groups, so conditions and groups cannot
    name them. Raises FieldError.
    """

    def __init__(
        self,
        expression: Union[WindowFunction, Aggregate],
        partition_by: Parts = (),
        order_by: OrderTerms = (),
        frame: Optional[Union[RowRange, ValueRange]] = None,
    ) -> None:
        if not isinstance(expression, (WindowFunction, Aggregate)):
            raise FieldError(f"Window takes a function for windows or an aggregate, not {shown(expression)}")
        if isinstance(expression, Aggregate) and expression.distinct:
            raise FieldError("an aggregate over a window cannot be distinct")
        if frame is not None and not isinstance(frame, _Range):
            raise FieldError(f"frame takes a RowRange or a ValueRange, not {shown(frame)}")
        self.expression, self.frame = expression, frame
        self.partition = order_parts("partition_by of a Window", partition_by)
        self.ordering = order_terms("order_by of a Window", order_by)
        every = [expression, *self.partition, *[part for part, _ in self.ordering]]
        ends = None if frame is None else (frame.unit, frame.start, frame.end)
        directions = tuple([(term.descending, term.nulls_first) for _, term in self.ordering])
        self.shape: Hashable = ("Window", tuple([part.shape for part in every]), directions, ends)
        self.values: tuple[Any, ...] = sum([part.values for part in every], ())

    def resolve(self, scope: Scope) -> Term:
        function = self.expression
        over_rows = isinstance(function, WindowFunction)
        term = function.call(scope) if isinstance(function, WindowFunction) else function.resolve(scope)
        partition = [part.resolve(scope) for part in self.partition]
        order = [part.resolve(scope) for part, _ in self.ordering]
        entries = tuple([entry.node(term.expression) for term, (_, entry) in zip(order, self.ordering)])
        if any(holds_window(part.expression) for part in (term, *partition, *order)):
            raise FieldError("a Window cannot look at another one")
        tree = WindowNode(
            term.expression,
            tuple([part.expression for part in partition]),
            entries,
            None if self.frame is None else self.frame.node(),
            term.expression.type,
        )
        return Term(
            tree, term.field, any(part.aggregate for part in (*([term] if over_rows else []), *partition, *order))
        )

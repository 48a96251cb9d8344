"""Standard SQL for every node of the tree; dialects override the clauses that differ.

A statement is a declared list of clauses, each with a method of its own that returns its text or "".
Every node class has a ``visit_`` method; one that has none is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, ClassVar, Optional, Union

from tortoise_core.ast import arrays as ar
from tortoise_core.ast import documents as dc
from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import raw
from tortoise_core.ast import select as se
from tortoise_core.ast import subqueries as sq
from tortoise_core.ast import windows as wi
from tortoise_core.ast.operators import Infix
from tortoise_core.ast.types import SqlType
from tortoise_core.dialect.compiler.aggregates import AggregateWriter
from tortoise_core.dialect.compiler.operators import OperatorWriter
from tortoise_core.dialect.compiler.patterns import ESCAPE, pattern_encoder, surroundings
from tortoise_core.dialect.compiler.write_statements import WriteCompiler

#: the parts of a date that standard SQL extracts
STANDARD_PARTS = ("year", "month", "day", "hour", "minute", "second")


class Compiler(AggregateWriter, OperatorWriter, WriteCompiler):
    """Writes one statement of any kind."""

    select_clauses: ClassVar[tuple[str, ...]] = (
        "outputs",
        "source",
        "joins",
        "where",
        "group_by",
        "having",
        "order_by",
        "limit",
    )
    #: portable name of a function -> what it is called here
    functions: ClassVar[dict[str, str]] = {"LENGTH": "CHAR_LENGTH"}

    # -- expressions

    def visit_Column(self, node: ex.Column) -> str:
        name = self.quote(node.name)
        return f"{self.quote(node.source)}.{name}" if self.qualify else name

    def visit_Param(self, node: ex.Param) -> str:
        self.params.append(node)
        text = self.placeholder(len(self.params))
        return self.cast_param(text, node.type) if node.cast and node.type is not None else text

    def cast_param(self, text: str, sql_type: SqlType) -> str:
        """A parameter whose type nothing around it tells."""
        return f"CAST({text} AS {self.type_name(sql_type)})"

    def visit_Null(self, node: ex.Null) -> str:
        return "NULL"

    def visit_Number(self, node: ex.Number) -> str:
        return str(int(node.value))

    def visit_TextLiteral(self, node: ex.TextLiteral) -> str:
        return self.text_literal(node.text)

    def visit_Star(self, node: ex.Star) -> str:
        return "*"

    def visit_OutputRef(self, node: ex.OutputRef) -> str:
        return self.quote(node.alias)

    def visit_Arithmetic(self, node: ex.Arithmetic) -> str:
        left, right = self.operand(node.left), self.operand(node.right)
        if node.operator == "^":
            return f"POWER({left}, {right})"
        return f"{left} {node.operator} {right}"

    def operand(self, node: ex.Expression) -> str:
        """One side of an arithmetic expression, in parentheses where it is one itself."""
        text = self.write(node)
        return f"({text})" if isinstance(node, (ex.Arithmetic, Infix)) else text

    def visit_OuterColumn(self, node: sq.OuterColumn) -> str:
        return f"{self.quote(node.source)}.{self.quote(node.name)}"

    def visit_ScalarSelect(self, node: sq.ScalarSelect) -> str:
        return f"({self.subselect(node.select)})"

    def visit_ExistsSelect(self, node: sq.ExistsSelect) -> str:
        return f"EXISTS ({self.subselect(node.select)})"

    def visit_Truth(self, node: sq.Truth) -> str:
        return f"({self.write(node.predicate)})"

    def visit_Raw(self, node: raw.Raw) -> str:
        escaped = self.placeholder(1).startswith("%")
        texts = [
            self.write(part) if isinstance(part, ex.Node) else part.replace("%", "%%") if escaped else part
            for part in node.parts
        ]
        return f"({''.join(texts)})"

    def visit_Arguments(self, node: ex.Arguments) -> str:
        return self.write_all(node.items)

    def visit_Function(self, node: ex.Function) -> str:
        return f"{self.functions.get(node.name, node.name)}({self.write_all(node.args)})"

    def visit_Aggregate(self, node: ex.Aggregate) -> str:
        return self.aggregate_call(node)

    def aggregate_call(self, node: ex.Aggregate) -> str:
        """The call itself, behind which OVER may follow; `visit_Aggregate` may put more around it."""
        distinct = "DISTINCT " if node.distinct else ""
        name = self.aggregate_name(node)
        if node.condition is None:
            return f"{name}({distinct}{self.write(node.arg)})"
        if self.capabilities.aggregate_filter:
            return f"{name}({distinct}{self.write(node.arg)}) FILTER (WHERE {self.write(node.condition)})"
        return f"{name}({distinct}{self.write(only_where(node))})"

    def aggregate_name(self, node: ex.Aggregate) -> str:
        """The function that computes an aggregate over values of the argument's type."""
        return node.name

    def visit_Window(self, node: wi.Window) -> str:
        if not self.capabilities.window_functions:
            self.refuse("a window or a limit for each parent, which needs window functions,")
        function = node.function  # written first: parameters are numbered in the order of the text
        call = self.aggregate_call(function) if isinstance(function, ex.Aggregate) else self.write(function)
        parts = [f"PARTITION BY {', '.join(map(self.comparand, node.partition))}"] if node.partition else []
        parts += [f"ORDER BY {self.write_all(node.order_by)}"] if node.order_by else []
        parts += [] if node.frame is None else [self.write(node.frame)]
        return f"{call} OVER ({' '.join(parts)})"

    def visit_Frame(self, node: wi.Frame) -> str:
        return f"{node.unit} BETWEEN {frame_end(node.start, 'PRECEDING')} AND {frame_end(node.end, 'FOLLOWING')}"

    def visit_Case(self, node: ex.Case) -> str:
        whens = " ".join([f"WHEN {self.write(test)} THEN {self.write(value)}" for test, value in node.whens])
        return f"CASE {whens} ELSE {self.write(node.default)} END"

    def visit_Cast(self, node: ex.Cast) -> str:
        text = self.write(node.expression)
        return text if node.type is None else f"CAST({text} AS {self.type_name(node.type)})"

    def visit_DatePart(self, node: ex.DatePart) -> str:
        if node.part not in STANDARD_PARTS:
            self.refuse(f"the {node.part} of a date")
        text = self.write(node.expression)
        if node.zone is not None:
            text = f"{text} AT TIME ZONE {self.text_literal(node.zone)}"
        part = f"EXTRACT({node.part.upper()} FROM {text})"
        # the standard leaves the fraction to the seconds
        return f"FLOOR({part})" if node.part == "second" else part

    def visit_JsonPath(self, node: dc.JsonPath) -> str:
        self.refuse("looking into JSON documents")

    def visit_ArrayItem(self, node: ar.ArrayItem) -> str:
        self.refuse("looking into arrays")

    def visit_ArraySlice(self, node: ar.ArraySlice) -> str:
        self.refuse("looking into arrays")

    # -- predicates

    def visit_JsonContains(self, node: dc.JsonContains) -> str:
        self.refuse("containment of JSON documents")

    def visit_JsonHasKey(self, node: dc.JsonHasKey) -> str:
        self.refuse("looking for keys of JSON documents")

    def visit_JsonHasKeys(self, node: dc.JsonHasKeys) -> str:
        self.refuse("looking for keys of JSON documents")

    def visit_JsonPathTest(self, node: dc.JsonPathTest) -> str:
        self.refuse("SQL/JSON paths")

    def visit_JsonOrder(self, node: dc.JsonOrder) -> str:
        self.refuse("the order of JSON values")

    def visit_RegexMatch(self, node: pr.RegexMatch) -> str:
        self.refuse("matching regular expressions")

    def visit_TextSearch(self, node: pr.TextSearch) -> str:
        self.refuse("full text search")

    def visit_Compare(self, node: pr.Compare) -> str:
        return f"{self.comparand(node.left)} {node.operator} {self.comparand(node.right)}"

    def comparand(self, node: ex.Expression) -> str:
        """One side of a comparison."""
        return self.write(node)

    def visit_IsNull(self, node: pr.IsNull) -> str:
        return f"{self.operand(node.expression)} IS {'NOT ' if node.negated else ''}NULL"

    def visit_InList(self, node: pr.InList) -> str:
        return f"{self.comparand(node.expression)} IN ({self.list_items(node.items)})"

    def list_items(self, items: ex.ListParam) -> str:
        """The placeholders of a list that is written out, or the one of a list bound as a whole."""
        if items.width == 0:
            return self.array_items(items)
        marks = [self.placeholder(len(self.params) + 1 + i) for i in range(items.width)]
        # one entry per placeholder keeps the numbering right for the parameters that follow
        self.params.extend([items] * items.width)
        return ", ".join(marks)

    def array_items(self, items: ex.ListParam) -> str:
        """What follows IN for a list bound as one parameter. Dialects with `array_bind` override it."""
        self.refuse("a list bound as one parameter")

    def array_param(
        self, items: ex.ListParam, pack: Callable[[list[Any]], Any], sql_type: Optional[SqlType] = None
    ) -> str:
        """The placeholder of a whole list; `pack` turns its encoded items into what the driver binds."""
        encode = items.encode

        def encode_list(values: Any) -> Any:
            return pack(list(values) if encode is None else [encode(value) for value in values])

        return self.write(ex.Param(items.source, sql_type, encode_list, False))

    def visit_InRows(self, node: pr.InRows) -> str:
        if node.items[0].width == 0:
            left = ", ".join([self.comparand(expression) for expression in node.expressions])
            return f"({left}) IN ({self.row_arrays(node.items)})"
        rows = [_row(node.items, at) for at in range(node.items[0].width)]
        if not self.capabilities.row_values:
            return f"({self.write(_any_row(node.expressions, rows))})"
        left = ", ".join([self.comparand(expression) for expression in node.expressions])
        return f"({left}) IN ({self.row_list([f'({self.write_all(row)})' for row in rows])})"

    def row_list(self, rows: Sequence[str]) -> str:
        """What follows IN for rows that are written out."""
        return ", ".join(rows)

    def row_arrays(self, items: tuple[ex.ListParam, ...]) -> str:
        """What follows IN for rows that are bound as whole lists. Dialects with `array_bind` override it."""
        self.refuse("a list bound as one parameter")

    def visit_InSelect(self, node: pr.InSelect) -> str:
        left = self.write_all(node.expressions)
        left = left if len(node.expressions) == 1 else f"({left})"
        return f"{left} IN ({self.subselect(node.select)})"

    def visit_Between(self, node: pr.Between) -> str:
        low, high = self.comparand(node.low), self.comparand(node.high)
        return f"{self.comparand(node.expression)} BETWEEN {low} AND {high}"

    def visit_TextMatch(self, node: pr.TextMatch) -> str:
        if node.where == "exact":
            return f"{self.folded(node.expression, node.fold)} = {self.folded(node.text, node.fold)}"
        subject = self.folded(node.expression, node.fold)
        if isinstance(node.text, ex.Param):
            return f"{subject} LIKE {self.folded(self.pattern(node, node.text), node.fold)} ESCAPE '{ESCAPE}'"
        pattern = self.computed_pattern(node)
        return f"{subject} LIKE {f'UPPER({pattern})' if node.fold else pattern} ESCAPE '{ESCAPE}'"

    def pattern(self, node: pr.TextMatch, text: ex.Param) -> ex.Param:
        """The parameter that carries the LIKE pattern of a text match."""
        return ex.Param(text.source, text.type, pattern_encoder(node.where, text.encode), text.cast)

    def computed_pattern(self, node: pr.TextMatch) -> str:
        """The LIKE pattern of a text that the server computes, its wildcards taken literally."""
        percent = "%%" if self.placeholder(1).startswith("%") else "%"
        text = self.write(node.text)
        for wildcard in (ESCAPE, percent, "_"):
            text = f"REPLACE({text}, '{wildcard}', '{ESCAPE}{wildcard}')"
        before, after = [f"'{percent}'" if part else "" for part in surroundings(node.where)]
        return f"({' || '.join(filter(None, [before, text, after]))})"

    def folded(self, node: ex.Expression, fold: bool) -> str:
        """Text with its case taken away where asked."""
        return f"UPPER({self.write(node)})" if fold else self.write(node)

    def visit_And(self, node: pr.And) -> str:
        if not node.items:
            return "1 = 1"
        return " AND ".join([self.nested(item, pr.Or) for item in node.items])

    def visit_Or(self, node: pr.Or) -> str:
        if not node.items:
            return "1 = 0"
        return " OR ".join([self.nested(item, pr.And) for item in node.items])

    def nested(self, node: ex.Predicate, other: type) -> str:
        """A part of AND or OR, in parentheses where it is of the other kind."""
        text = self.write(node)
        alone = isinstance(node, (pr.And, pr.Or)) and len(node.items) == 1
        return f"({text})" if isinstance(node, other) and not alone else text

    def visit_Not(self, node: pr.Not) -> str:
        return f"NOT ({self.write(node.item)})"

    # -- SELECT

    def visit_Select(self, node: se.Select) -> str:
        outer, self.qualify = self.qualify, bool(node.joins)
        try:
            return self.clauses(self.select_clauses, "select", node)
        finally:
            self.qualify = outer

    def subselect(self, node: ex.Node) -> str:
        """A SELECT inside another statement."""
        return self.write(node)

    def select_outputs(self, node: se.Select) -> str:
        return f"SELECT {self.distinct(node)}{self.write_all(node.outputs)}"

    def distinct(self, node: se.Select) -> str:
        """DISTINCT, with the space behind it."""
        if not isinstance(node.distinct, tuple):
            return "DISTINCT " if node.distinct else ""
        if not self.capabilities.distinct_on:
            self.refuse("DISTINCT ON")
        return f"DISTINCT ON ({self.write_all(node.distinct)}) "

    def visit_Output(self, node: se.Output) -> str:
        text = self.write(node.expression)
        return text if node.alias is None else f"{text} AS {self.quote(node.alias)}"

    def select_source(self, node: se.Select) -> str:
        return f"FROM {self.write(node.source)}"

    def visit_Table(self, node: se.Table) -> str:
        name = self.quote(node.name)
        if node.schema is not None and not self.capabilities.schemas:
            self.refuse(f'schema "{node.schema}" of table "{node.name}"')
        full = name if node.schema is None else f"{self.quote(node.schema)}.{name}"
        return full if node.alias == node.name else f"{full} {self.quote(node.alias)}"

    def visit_Derived(self, node: se.Derived) -> str:
        return f"({self.subselect(node.select)}) {self.quote(node.alias)}"

    def visit_Lateral(self, node: se.Lateral) -> str:
        if not self.capabilities.lateral_joins:
            self.refuse("Lateral, a query that is joined for each row,")
        return f"LATERAL ({self.subselect(node.select)}) {self.quote(node.alias)}"

    def visit_Hinted(self, node: se.Hinted) -> str:
        self.refuse("naming the indexes to use")

    def visit_Compound(self, node: se.Compound) -> str:
        texts = [self.compound_part(node.selects[0])]
        for select, all_rows in zip(node.selects[1:], node.alls):
            texts += ["UNION ALL" if all_rows else "UNION", self.compound_part(select)]
        order = self.select_order_by(node)
        return " ".join([text for text in (*texts, order, self.select_limit(node)) if text])

    def compound_part(self, select: se.Select) -> str:
        """One SELECT of a union, set apart where its own order and limit would be taken for those of the whole."""
        text = self.subselect(select)
        if select.order_by or select.limit is not None or select.offset is not None:
            return f"SELECT * FROM ({text}) {self.quote('part of union')}"
        return text

    def visit_Locked(self, node: se.Locked) -> str:
        known = {
            "NO KEY UPDATE": self.capabilities.no_key_locks,
            "SHARE": self.capabilities.share_locks,
            "KEY SHARE": self.capabilities.share_locks and self.capabilities.no_key_locks,
        }
        if not known.get(node.strength, True):
            self.refuse(f"a lock FOR {node.strength}")
        texts = [self.write(node.select), f"FOR {node.strength}"]
        if node.of:
            texts.append(f"OF {', '.join(map(self.quote, node.of))}")
        if node.nowait:
            texts.append("NOWAIT")
        if node.skip_locked:
            texts.append("SKIP LOCKED")
        return " ".join(texts)

    def visit_Explain(self, node: se.Explain) -> str:
        """EXPLAIN, of which the standard knows nothing. Dialects override it."""
        self.refuse("explain()")

    def select_joins(self, node: se.Select) -> str:
        return self.write_all(node.joins, " ")

    def visit_Join(self, node: se.Join) -> str:
        return f"{node.kind} JOIN {self.write(node.table)} ON {self.write(node.condition)}"

    def select_where(self, node: se.Select) -> str:
        return "" if node.where is None else f"WHERE {self.write(node.where)}"

    def select_group_by(self, node: se.Select) -> str:
        return f"GROUP BY {self.write_all(node.group_by)}" if node.group_by else ""

    def select_having(self, node: se.Select) -> str:
        return "" if node.having is None else f"HAVING {self.write(node.having)}"

    def select_order_by(self, node: Union[se.Select, se.Compound]) -> str:
        if not node.order_by:
            return ""
        outer = self.qualify
        if isinstance(node, se.Select) and not all(isinstance(o.expression, ex.Column) for o in node.outputs):
            # a bare name would mean an output of that name, and servers name computed ones after columns in them
            self.qualify = True
        text = f"ORDER BY {self.write_all(node.order_by)}"
        self.qualify = outer
        return text

    def visit_OrderBy(self, node: se.OrderBy) -> str:
        return f"{self.comparand(node.expression)}{' DESC' if node.descending else ''}"

    def visit_NullsOrderBy(self, node: se.NullsOrderBy) -> str:
        text = self.visit_OrderBy(se.OrderBy(node.expression, node.descending))
        if self.capabilities.nulls_ordering:
            return f"{text} NULLS {'FIRST' if node.first else 'LAST'}"
        absent, there = (0, 1) if node.first else (1, 0)
        when = ((pr.IsNull(node.expression, False), ex.Number(absent, None)),)
        return f"{self.write(ex.Case(when, ex.Number(there, None), None))}, {text}"

    def select_limit(self, node: Union[se.Select, se.Compound]) -> str:
        texts = []
        if node.offset is not None:
            texts.append(f"OFFSET {self.write(node.offset)} ROWS")
        if node.limit is not None:
            texts.append(f"FETCH NEXT {self.write(node.limit)} ROWS ONLY")
        return " ".join(texts)


def only_where(node: ex.Aggregate) -> ex.Expression:
    """What an aggregate with a condition takes where it has no FILTER: NULL, which it passes over, for other rows."""
    assert node.condition is not None
    first, *others = node.arg.items if isinstance(node.arg, ex.Arguments) else (node.arg,)
    value: ex.Expression = ex.Number(1, None) if isinstance(first, ex.Star) else first
    when = ex.Case(((node.condition, value),), ex.Null(None), value.type)
    return ex.Arguments((when, *others), node.arg.type) if others else when


def frame_end(rows: Optional[int], unbounded: str) -> str:
    """One end of a frame; `unbounded` is the direction of an end without a bound."""
    if rows is None:
        return f"UNBOUNDED {unbounded}"
    return "CURRENT ROW" if rows == 0 else f"{abs(rows)} {'PRECEDING' if rows < 0 else 'FOLLOWING'}"


def _row(items: Sequence[ex.ListParam], at: int) -> list[ex.Param]:
    """Row `at` of a list that is written out; shorter lists repeat their last row."""
    return [ex.Param(part.source, part.type, _item_encoder(at, part.encode), False) for part in items]


def _item_encoder(at: int, encode: ex.Encode) -> Callable[[Any], Any]:
    def encode_item(values: Any) -> Any:
        item = values[min(at, len(values) - 1)]
        return item if encode is None else encode(item)

    return encode_item


def _any_row(left: Sequence[ex.Expression], rows: Sequence[Sequence[ex.Param]]) -> pr.Or:
    """A comparison of rows in standard logic."""
    return pr.Or(tuple([pr.And(tuple([pr.Compare("=", a, b) for a, b in zip(left, row)])) for row in rows]))

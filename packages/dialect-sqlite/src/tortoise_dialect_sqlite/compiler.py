"""Statements as SQLite writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.ast import windows as wi
from tortoise_core.ast.aggregates import OrderedArguments
from tortoise_core.ast.types import Binary, Boolean, Float, Integer, Numeric, SqlType
from tortoise_core.dialect.compiler.on_conflict import OnConflictCompiler
from tortoise_core.dialect.compiler.patterns import ESCAPE, pattern_encoder
from tortoise_core.dialect.compiler.update_from import UpdateFromCompiler
from tortoise_dialect_sqlite import lists, string_agg
from tortoise_dialect_sqlite.functions import AGGREGATES, DECIMAL, OPERATORS, fold
from tortoise_dialect_sqlite.literals import SqliteLiterals
from tortoise_dialect_sqlite.lookup_compiler import LookupCompiler

#: columns that may be named more than once in an expression without computing anything twice
_CHEAP = (ex.Column, ex.OutputRef)
#: characters of a LIKE pattern, four bytes each at most, of which SQLite takes 50,000 bytes (sqlite.org/limits.html)
LONGEST_PATTERN = 12_000


def is_decimal(node: ex.Node) -> bool:
    """True for what is a decimal, which SQLite keeps as text."""
    return isinstance(getattr(node, "type", None), Numeric)


class SqliteCompiler(SqliteLiterals, OnConflictCompiler, UpdateFromCompiler, LookupCompiler):
    """The standard, with JSON arrays in the place of lists and exact decimals by functions of the connection.

    A column's declared type does not bind its values, and a parameter has the type of the value bound to it.
    Text is compared by functions that neither fold case by themselves nor end at a NUL, as LIKE does; LIKE only
    serves where that cannot matter.
    """

    unlimited = "-1"

    # -- parameters

    def cast_param(self, text: str, sql_type: SqlType) -> str:
        return text

    def array_items(self, items: ex.ListParam) -> str:
        if isinstance(items.type, Float):
            return lists.UNPACKED_FLOATS.format(self.array_param(items, lists.pack_floats))
        if isinstance(items.type, Binary):
            return lists.UNPACKED_BYTES.format(self.array_param(items, lists.pack_bytes))
        unpacked = lists.UNPACKED_NUMBERS if isinstance(items.type, (Integer, Boolean)) else lists.UNPACKED
        return unpacked.format(self.array_param(items, lists.pack))

    def row_list(self, rows: Sequence[str]) -> str:
        # a bare list of rows is no right side of IN here
        return f"VALUES {', '.join(rows)}"

    def row_arrays(self, items: tuple[ex.ListParam, ...]) -> str:
        encoders = [column.encode for column in items]

        def pack(rows: list[Any]) -> str:
            return lists.pack_rows([[row if e is None else e(row) for e in encoders] for row in rows])

        parts = ", ".join([lists.row_part(at, column.type) for at, column in enumerate(items)])
        rows = self.array_param(ex.ListParam(items[0].source, None, None, 0), pack)
        return f"SELECT {parts} FROM json_each({rows})"

    # -- decimals

    def comparand(self, node: ex.Expression) -> str:
        return self.collated(node) if is_decimal(node) else super().comparand(node)

    def collated(self, node: ex.Expression) -> str:
        """A decimal that compares as a number; the collation binds tighter than any operator before it."""
        text = self.write(node)
        return f"{text if isinstance(node, (ex.Column, ex.OutputRef, ex.Param)) else f'({text})'} COLLATE {DECIMAL}"

    def visit_Compare(self, node: pr.Compare) -> str:
        if not (is_decimal(node.left) or is_decimal(node.right)):
            return super().visit_Compare(node)
        return f"{self.decimal_side(node.left)} {node.operator} {self.decimal_side(node.right)}"

    def decimal_side(self, node: ex.Expression) -> str:
        """One side of a comparison of decimals: numbers of other types become text as well."""
        if is_decimal(node):
            return self.collated(node)
        text = self.write(node)
        return f"CAST({text} AS TEXT)" if isinstance(node.type, (Integer, Float)) else text

    def select_group_by(self, node: se.Select) -> str:
        return f"GROUP BY {', '.join(map(self.comparand, node.group_by))}" if node.group_by else ""

    def visit_InSelect(self, node: pr.InSelect) -> str:
        left = ", ".join(map(self.comparand, node.expressions))
        return f"{left if len(node.expressions) == 1 else f'({left})'} IN ({self.subselect(node.select)})"

    def select_outputs(self, node: se.Select) -> str:
        if not node.distinct:
            return super().select_outputs(node)
        # DISTINCT goes by the collation of what it puts out
        outputs = [
            se.Output(_Collated(output.expression), output.alias)
            if isinstance(output.expression, ex.Expression) and is_decimal(output.expression)
            else output
            for output in node.outputs
        ]
        return f"SELECT DISTINCT {self.write_all(outputs)}"

    # -- expressions

    def visit_Arithmetic(self, node: ex.Arithmetic) -> str:
        if is_decimal(node):
            return f"{OPERATORS[node.operator]}({self.write(node.left)}, {self.write(node.right)})"
        if node.operator == "^":
            return f"tortoise_power({self.write(node.left)}, {self.write(node.right)})"
        if node.operator == "%" and isinstance(node.type, Float):
            return f"tortoise_remainder({self.write(node.left)}, {self.write(node.right)})"
        return super().visit_Arithmetic(node)

    def aggregate_call(self, node: ex.Aggregate) -> str:
        if node.name == "STRING_AGG" and isinstance(node.arg, (ex.Arguments, OrderedArguments)):
            return self.string_agg(node, node.arg)
        if not is_decimal(node.arg):
            return super().aggregate_call(node)
        # MIN, MAX and DISTINCT go by the collation of their argument
        arg = _Collated(node.arg)
        return super().aggregate_call(ex.Aggregate(node.name, arg, node.distinct, node.condition, node.type))

    def string_agg(self, node: ex.Aggregate, arg: Union[ex.Arguments, OrderedArguments]) -> str:
        """Texts in a row: the server's own function where neither order nor DISTINCT is asked for."""
        order = arg.order_by if isinstance(arg, OrderedArguments) else ()
        texts = self.write_all(arg.items)
        if order or node.distinct:
            directions = self.text_literal("".join(map(string_agg.direction, order)))
            keys = [self.write(entry.expression) for entry in order]
            text = f"{string_agg.NAME}({', '.join([texts, str(int(node.distinct)), directions, *keys])})"
        else:
            text = f"GROUP_CONCAT({texts})"
        if node.condition is None:
            return text
        if not self.capabilities.aggregate_filter:
            self.refuse("_filter of a StringAgg")
        return f"{text} FILTER (WHERE {self.write(node.condition)})"

    def aggregate_name(self, node: ex.Aggregate) -> str:
        # truth values are 1 and 0 here
        name = {"EVERY": "MIN", "SOME": "MAX"}.get(node.name, node.name)
        return AGGREGATES.get(name, name) if is_decimal(node.arg) else name

    def visit_Window(self, node: wi.Window) -> str:
        function = node.function
        if isinstance(function, ex.Aggregate) and function.name in AGGREGATES and is_decimal(function.arg):
            # the function of the connection that adds decimals takes no rows back
            self.refuse(f"{function.name} of decimals over a window")
        return super().visit_Window(node)

    def visit__Collated(self, node: _Collated) -> str:
        return self.collated(node.expression)

    def visit_Case(self, node: ex.Case) -> str:
        text = super().visit_Case(node)
        # a collation that stands anywhere inside, as in a condition on decimals, would be that of the whole
        return f"{text} COLLATE BINARY" if DECIMAL in text and not is_decimal(node) else text

    def visit_Cast(self, node: ex.Cast) -> str:
        text = self.write(node.expression)
        if isinstance(node.type, (Integer, Boolean)):
            return f"CAST({text} AS INTEGER)"
        if isinstance(node.type, Float):
            return f"CAST({text} AS REAL)"
        if isinstance(node.expression.type, Boolean):
            return f"CASE {text} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
        # all other types are text here, also those whose names would make numbers of it
        return f"CAST({text} AS TEXT)"

    functions: ClassVar[dict[str, str]] = {"UPPER": "tortoise_fold", "LOWER": "tortoise_lower"}

    def visit_Function(self, node: ex.Function) -> str:
        if node.name == "CONCAT":
            texts = [f"COALESCE({self.write(arg)}, '')" for arg in node.args]
            return f"({' || '.join(texts)})"
        if node.name == "COALESCE" and len(node.args) == 1:
            return self.write(node.args[0])
        return super().visit_Function(node)

    def visit_Explain(self, node: se.Explain) -> str:
        if node.format is not None or node.options:
            self.refuse("explain() with a format or options")
        return f"EXPLAIN QUERY PLAN {self.write(node.statement)}"

    # -- text

    def visit_TextMatch(self, node: pr.TextMatch) -> str:
        quick = node.fold and isinstance(node.expression, _CHEAP) and isinstance(node.text, ex.Param)
        return self.quick_match(node) if quick else self.exact_match(node)

    def quick_match(self, node: pr.TextMatch) -> str:
        """LIKE, several times as fast as a function, where it is right: for ASCII, as many bytes as characters."""
        text = self.write(node.expression)
        assert isinstance(node.text, ex.Param)
        like = f"{text} LIKE {self.write(self.pattern(node, node.text))} ESCAPE '{ESCAPE}'"
        # NULL for other text and for patterns that LIKE cannot take
        quick = f"CASE WHEN LENGTH({text}) = LENGTH(CAST({text} AS BLOB)) THEN {like} END"
        return f"COALESCE({quick}, {self.exact_match(node)})"

    def exact_match(self, node: pr.TextMatch) -> str:
        """A match that is right for all text."""
        if node.where == "exact":
            return f"{self.folded(node.expression, node.fold)} = {self.folded(node.text, node.fold)}"
        if node.where == "endswith":
            return self.ends_with(node)
        found = f"INSTR({self.folded(node.expression, node.fold)}, {self.folded(node.text, node.fold)})"
        return f"{found} = 1" if node.where == "startswith" else f"{found} > 0"

    def pattern(self, node: pr.TextMatch, text: ex.Param) -> ex.Param:
        return ex.Param(text.source, text.type, _like_encoder(node.where, text.encode), False)

    def ends_with(self, node: pr.TextMatch) -> str:
        """By bytes, which SUBSTR and LENGTH count beyond a NUL; UTF-8 tells where a character begins."""
        subject = f"CAST({self.folded(node.expression, node.fold)} AS BLOB)"
        # the end is written three times: its parameter is bound as often
        length = f"LENGTH(CAST({self.folded(node.text, node.fold)} AS BLOB))"
        again = f"LENGTH(CAST({self.folded(node.text, node.fold)} AS BLOB))"
        # SUBSTR of an empty blob is NULL; this is an empty one that is NULL only where the subject is
        empty = f"SUBSTR(CAST(' ' || {self.folded(node.expression, node.fold)} AS BLOB), 1, 0)"
        found = f"COALESCE(SUBSTR({subject}, -{length}, {again}), {empty})"
        return f"{found} = CAST({self.folded(node.text, node.fold)} AS BLOB)"

    def folded(self, node: ex.Expression, fold: bool) -> str:
        if not fold:
            return self.write(node)
        if isinstance(node, ex.Param):
            return self.write(ex.Param(node.source, node.type, _folding(node.encode), node.cast))
        return f"tortoise_fold({self.write(node)})"


def _folding(encode: ex.Encode) -> ex.Encode:
    def encode_folded(value: Any) -> Any:
        return fold(value if encode is None else encode(value))

    return encode_folded


def _like_encoder(where: str, encode: ex.Encode) -> ex.Encode:
    """The pattern for folded ASCII; None where LIKE would end at a NUL or find the pattern too long."""
    to_pattern = pattern_encoder(where, _folding(encode))

    def encode_pattern(value: Any) -> Any:
        pattern = to_pattern(value)
        return None if "\0" in pattern or len(pattern) > LONGEST_PATTERN else pattern

    return encode_pattern


class _Collated(ex.Expression):
    """A decimal under the collation that orders it; of the decimal's own type."""

    __slots__ = ("expression", "type")

    def __init__(self, expression: ex.Expression) -> None:
        self.expression, self.type = expression, expression.type

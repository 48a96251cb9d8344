"""Statements as PostgreSQL writes them."""

from __future__ import annotations

import re
from typing import Any, Optional

from tortoise_core.ast import arrays as ar
from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.ast import windows as wi
from tortoise_core.ast import writes as wr
from tortoise_core.ast.types import Array, Binary, Boolean, Float, Integer, SqlType, Text, Uuid
from tortoise_core.dialect.compiler.on_conflict import OnConflictCompiler
from tortoise_core.dialect.compiler.update_from import UpdateFromCompiler
from tortoise_dialect_postgres.functions.own import PostgresAggregate, PostgresFunction, PostgresOperator
from tortoise_dialect_postgres.literals import PostgresLiterals, array_text
from tortoise_dialect_postgres.lookup_compiler import LookupCompiler
from tortoise_dialect_postgres.types import reads_as_text, unbounded

#: PostgreSQL has no MIN and MAX of truth values, but these are them
_BOOLEAN_AGGREGATES = {"MIN": "BOOL_AND", "MAX": "BOOL_OR", "EVERY": "BOOL_AND", "SOME": "BOOL_OR"}

#: PostgreSQL manual, "EXPLAIN"
EXPLAIN_FORMATS = ("TEXT", "XML", "JSON", "YAML")
EXPLAIN_OPTIONS = ("ANALYZE", "VERBOSE", "COSTS", "SETTINGS", "BUFFERS", "WAL", "TIMING", "SUMMARY")


def _as_list(items: list[Any]) -> list[Any]:
    return items


def _as_texts(items: list[Any]) -> list[str]:
    return [array_text(item) for item in items]


class PostgresCompiler(PostgresLiterals, OnConflictCompiler, UpdateFromCompiler, LookupCompiler):
    """The standard, with arrays in the place of lists and exact types for free parameters.

    Every parameter has one type that the server settles when it prepares the statement, from what stands
    around it (PostgreSQL manual, "Type Conversion"), and drivers refuse values that do not fit it.
    """

    #: PostgreSQL manual, "Operators": any of these characters
    operator_names = re.compile(r"[-+*/<>=~!@#%^&|`?]+")

    # -- parameters

    def cast_param(self, text: str, sql_type: SqlType) -> str:
        return f"CAST({text} AS {self.type_name(unbounded(sql_type))})"

    def visit_InList(self, node: pr.InList) -> str:
        if node.items.width:
            return super().visit_InList(node)
        # the left side first: parameters are numbered in the order they are written
        left = self.comparand(node.expression)
        return f"{left} = ANY({self.array_items(node.items)})"

    def visit_InSelect(self, node: pr.InSelect) -> str:
        select = node.select
        limited = isinstance(select, se.Select) and (select.limit is not None or select.offset is not None)
        if len(node.expressions) > 1 or not (limited or isinstance(select, se.Locked)):
            return super().visit_InSelect(node)
        # a plan may run what stands behind IN once for each row, and find or lock others each time
        return f"{self.write_all(node.expressions)} = ANY(ARRAY({self.subselect(select)}))"

    def array_items(self, items: ex.ListParam) -> str:
        if isinstance(items.type, Array):
            # an array of arrays would be one with more dimensions, so each goes as text
            texts = self.array_param(items, _as_texts)
            return f"SELECT CAST(item AS {self.type_name(unbounded(items.type))}) FROM UNNEST({texts}::TEXT[]) AS item"
        array = self.array_param(items, _as_list)
        return array if items.type is None else f"{array}::{self.type_name(unbounded(items.type))}[]"

    def row_arrays(self, items: tuple[ex.ListParam, ...]) -> str:
        return f"SELECT * FROM UNNEST({', '.join([self.array_items(column) for column in items])})"

    def visit_Explain(self, node: se.Explain) -> str:
        output = (node.format or "JSON").upper()
        if output not in EXPLAIN_FORMATS:
            self.refuse(f"explain format {output!r}; it has {', '.join(EXPLAIN_FORMATS)}:")
        chosen = {"VERBOSE": True, **{name.upper(): value for name, value in node.options}}
        for name, value in chosen.items():
            if name not in EXPLAIN_OPTIONS or not isinstance(value, bool):
                self.refuse(f"explain option {name.lower()}={value!r}; it has {', '.join(EXPLAIN_OPTIONS)}:")
        options = "".join([f", {name} {'TRUE' if value else 'FALSE'}" for name, value in chosen.items()])
        return f"EXPLAIN (FORMAT {output}{options}) {self.write(node.statement)}"

    # -- what is read

    def visit_Output(self, node: se.Output) -> str:
        found = node.expression
        if isinstance(found, ex.Predicate) or not reads_as_text(found.type):
            return super().visit_Output(node)
        return super().visit_Output(se.Output(_text_array(found), node.alias or _name(found)))

    def insert_returning(self, node: wr.Insert) -> str:
        if not any(reads_as_text(column.type) for column in node.returning):
            return super().insert_returning(node)
        columns = [_text_array(c) if reads_as_text(c.type) else c for c in node.returning]
        return f"RETURNING {self.write_all(columns)}"

    # -- expressions

    def visit_PostgresFunction(self, node: PostgresFunction) -> str:
        return f"{node.name}({self.write_all(node.args)})"

    def visit_ArrayItem(self, node: ar.ArrayItem) -> str:
        inner = self.write(node.array)
        array = inner if isinstance(node.array, ar.ArrayItem) else f"({inner})"
        return f"{array}[{node.index + 1}]"

    def visit_ArraySlice(self, node: ar.ArraySlice) -> str:
        return f"({self.write(node.array)})[{node.start + 1}:{node.stop}]"

    def visit_Arithmetic(self, node: ex.Arithmetic) -> str:
        if node.operator == "%" and any(isinstance(side.type, Float) for side in (node.left, node.right)):
            return self.float_modulo(node)
        return super().visit_Arithmetic(node)

    def float_modulo(self, node: ex.Arithmetic) -> str:
        """The remainder of floats, which PostgreSQL has for whole numbers and decimals only."""
        left, right = self.write(node.left), self.write(node.right)
        return f"CAST(CAST({left} AS NUMERIC) % CAST({right} AS NUMERIC) AS DOUBLE PRECISION)"

    def visit_Aggregate(self, node: ex.Aggregate) -> str:
        extreme = node.name in _BOOLEAN_AGGREGATES
        if extreme and isinstance(node.arg.type, (Uuid, Binary)):
            return self.extreme_by_text(node)
        return self.as_number(node, super().visit_Aggregate(node))

    def visit_PostgresOperator(self, node: PostgresOperator) -> str:
        return f"({self.write(node.left)} {node.operator} {self.write(node.right)})"

    def visit_PostgresAggregate(self, node: PostgresAggregate) -> str:
        return self.aggregate_call(node)

    def as_number(self, node: ex.Aggregate, text: str) -> str:
        """`text`, which computes `node`, as a value of its type."""
        if node.name not in ("SUM", "AVG") or node.type is None or not isinstance(node.arg.type, Integer):
            return text
        # left alone, sums of BIGINT and all means of whole numbers are NUMERIC
        return f"CAST({text} AS {self.type_name(node.type)})"

    def visit_Window(self, node: wi.Window) -> str:
        function = node.function
        if not isinstance(function, ex.Aggregate):
            return super().visit_Window(node)
        if function.name in _BOOLEAN_AGGREGATES and isinstance(function.arg.type, (Uuid, Binary)):
            self.refuse(f"{function.name} of UUIDs and bytes over a window")
        return self.as_number(function, super().visit_Window(node))

    def extreme_by_text(self, node: ex.Aggregate) -> str:
        """MIN or MAX of UUIDs and bytes, which have an order but no such aggregate; their text sorts alike in "C"."""
        text = super().visit_Aggregate(
            ex.Aggregate(node.name, _SortedText(node.arg), node.distinct, node.condition, Text())
        )
        return f"DECODE({text}, 'hex')" if isinstance(node.arg.type, Binary) else f"CAST({text} AS UUID)"

    def visit__SortedText(self, node: _SortedText) -> str:
        # the collation is named because that of the database may order letters and digits otherwise
        inner = self.write(node.expression)
        text = f"ENCODE({inner}, 'hex')" if isinstance(node.expression.type, Binary) else f"CAST({inner} AS TEXT)"
        return f'{text} COLLATE "C"'

    def aggregate_name(self, node: ex.Aggregate) -> str:
        if isinstance(node.arg.type, Boolean):
            return _BOOLEAN_AGGREGATES.get(node.name, node.name)
        return node.name


def _text_array(node: ex.Expression) -> ex.Expression:
    dimensions = node.type.dimensions if isinstance(node.type, Array) else 1
    return ex.Cast(node, Array(Text(), dimensions))


def _name(node: ex.Node) -> Optional[str]:
    """What an output is called where it has no alias."""
    return node.name if isinstance(node, ex.Column) else None


class _SortedText(ex.Expression):
    """The text of a value, in the order of the values."""

    __slots__ = ("expression", "type")

    def __init__(self, expression: ex.Expression) -> None:
        self.expression, self.type = expression, Text()

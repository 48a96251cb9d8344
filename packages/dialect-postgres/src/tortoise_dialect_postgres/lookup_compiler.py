"""Lookups as PostgreSQL writes them: parts of dates, documents, regular expressions, full text search."""

from __future__ import annotations

from tortoise_core.ast import documents as dc
from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast.types import Array, Json, SqlType, Text, Timestamp, Varchar
from tortoise_core.dialect.compiler.limit_offset import LimitOffsetCompiler
from tortoise_dialect_postgres.sql_types import TSQuery, TSVector


class LookupCompiler(LimitOffsetCompiler):
    """What lookups are made of."""

    # -- dates

    def visit_DatePart(self, node: ex.DatePart) -> str:
        text = self.wall_clock(node)
        if node.part == "microsecond":
            # seconds are part of what the server calls by that name
            return f"CAST(EXTRACT(MICROSECONDS FROM {text}) AS BIGINT) % 1000000"
        return f"CAST(FLOOR(EXTRACT({node.part.upper()} FROM {text})) AS BIGINT)"

    def wall_clock(self, node: ex.DatePart) -> str:
        """What is read off: of a moment the time in a zone, since that of the session could be any."""
        moment, zone = node.expression, node.zone
        if isinstance(moment, ex.Cast) and zone is None:
            # a type without a zone reads what is written, and passes over an offset
            return f"CAST({self.write(moment.expression)} AS TIMESTAMP)"
        return self.in_zone(moment, zone or "UTC")

    def in_zone(self, node: ex.Expression, zone: str) -> str:
        """A moment as the clocks of `zone` show it; anything else as it is."""
        text = self.write(node)
        if isinstance(node.type, Timestamp) and self.type_name(node.type) == "TIMESTAMPTZ":
            return f"{text} AT TIME ZONE {self.text_literal(zone)}"
        return text

    def visit_Cast(self, node: ex.Cast) -> str:
        moment = isinstance(node.expression.type, Timestamp) and isinstance(node.type, (Text, Varchar))
        if node.type is None or not moment:
            return super().visit_Cast(node)
        # the text of a moment would be that of the session's time zone
        return f"CAST({self.in_zone(node.expression, 'UTC')} AS {self.type_name(node.type)})"

    def operand(self, node: ex.Expression) -> str:
        text = super().operand(node)
        return f"({text})" if isinstance(node, ex.DatePart) and node.part == "microsecond" else text

    # -- documents

    def visit_JsonPath(self, node: dc.JsonPath) -> str:
        name = "JSONB_EXTRACT_PATH" if isinstance(node.type, Json) else "JSONB_EXTRACT_PATH_TEXT"
        return f"{name}({self.write_all((node.document, *node.keys))})"

    def visit_JsonContains(self, node: dc.JsonContains) -> str:
        return f"{self.write(node.outer)} @> {self.write(node.inner)}"

    def visit_JsonHasKey(self, node: dc.JsonHasKey) -> str:
        # operators, because the functions behind them are served by no index
        return f"{self.write(node.document)} ? {self.typed(node.key, Text())}"

    def visit_JsonHasKeys(self, node: dc.JsonHasKeys) -> str:
        keys = self.typed(node.keys, Array(Text()))
        return f"{self.write(node.document)} {'?&' if node.every else '?|'} {keys}"

    def visit_JsonPathTest(self, node: dc.JsonPathTest) -> str:
        if not self.capabilities.json_path_language:
            self.refuse("SQL/JSON paths")
        path = f"CAST({self.typed(node.path, Text())} AS JSONPATH)"
        return f"{self.write(node.document)} {'@@' if node.match else '@?'} {path}"

    def typed(self, node: ex.Expression, sql_type: SqlType) -> str:
        """A value of one type, which the statement tells where it is a parameter."""
        return self.write(ex.Param(node.source, sql_type, node.encode, True) if isinstance(node, ex.Param) else node)

    def visit_JsonOrder(self, node: dc.JsonOrder) -> str:
        kinds = f"JSONB_TYPEOF({self.write(node.left)}) = JSONB_TYPEOF({self.write(node.right)})"
        return f"({kinds} AND {self.write(node.left)} {node.operator} {self.write(node.right)})"

    # -- text

    def visit_RegexMatch(self, node: pr.RegexMatch) -> str:
        return f"{self.comparand(node.expression)} {'~*' if node.fold else '~'} {self.comparand(node.pattern)}"

    def visit_TextSearch(self, node: pr.TextSearch) -> str:
        if isinstance(node.query.type, TSVector):
            self.refuse("a search for a vector of words, which is what is searched in, not a query for it,")
        # what the server has reduced to words already, or has put together, is searched and searched for as it is
        text = self.infix_side(node.expression)
        vector = text if isinstance(node.expression.type, TSVector) else f"TO_TSVECTOR({text})"
        query = self.infix_side(node.query)
        return f"{vector} @@ {query if isinstance(node.query.type, TSQuery) else f'PLAINTO_TSQUERY({query})'}"

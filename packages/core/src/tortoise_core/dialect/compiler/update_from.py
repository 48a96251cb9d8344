"""UPDATE ... FROM, which several dialects have beyond the standard."""

from __future__ import annotations

from tortoise_core.ast import writes as wr
from tortoise_core.dialect.compiler.base import Compiler


class UpdateFromCompiler(Compiler):
    """Writes ``UPDATE t SET x = v.b FROM (VALUES ...) v WHERE t.a = v.a``."""

    def visit_Update(self, node: wr.Update) -> str:
        if node.source is None or not self.capabilities.update_from_values:
            return super().visit_Update(node)
        outer, self.qualify = self.qualify, True
        try:
            head = f"UPDATE {self.write(node.table)} SET {self.assignments(node)}"
            return f"{head} FROM {self.source_rows(node.source)}{self.where_clause(node.where)}"
        finally:
            self.qualify = outer

    def source_rows(self, source: wr.Values) -> str:
        """The rows as a table; by themselves their columns are called column1, column2, ..."""
        alias = self.quote(source.alias)
        names = [f"column{number} AS {self.quote(name)}" for number, name in enumerate(source.columns, 1)]
        return f"(SELECT {', '.join(names)} FROM ({self.write(source)}) AS {alias}) AS {alias}"

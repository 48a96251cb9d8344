"""ON CONFLICT behind an INSERT, which several dialects have beyond the standard."""

from __future__ import annotations

from tortoise_core.ast import writes as wr
from tortoise_core.dialect.compiler.base import Compiler


class OnConflictCompiler(Compiler):
    """Writes ``ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b`` and ``DO NOTHING``."""

    def visit_Conflict(self, node: wr.Conflict) -> str:
        if not node.updates:
            return f"ON CONFLICT{self.conflict_target(node)} DO NOTHING"
        # both rows are there to be read, so that a bare name could mean either
        outer, self.qualify = self.qualify, True
        try:
            sets = ", ".join([f"{self.quote(name)} = {self.write(value)}" for name, value in node.updates])
            text = f"ON CONFLICT{self.conflict_target(node)} DO UPDATE SET {sets}"
            return text + self.where_clause(node.update_where)
        finally:
            self.qualify = outer

    def conflict_target(self, node: wr.Conflict) -> str:
        """The constraint that is meant, with its leading space."""
        if node.constraint is not None:
            return f" ON CONSTRAINT {self.quote(node.constraint)}"
        targets = f" ({', '.join(map(self.quote, node.targets))})" if node.targets else ""
        return targets if node.where is None else f"{targets} WHERE {self.write(node.where)}"

    def visit_Refused(self, node: wr.Refused) -> str:
        return f"EXCLUDED.{self.quote(node.name)}"

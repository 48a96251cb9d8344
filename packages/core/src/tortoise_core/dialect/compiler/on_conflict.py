"""ON CONFLICT behind an INSERT, which several dialects have beyond the standard."""

from __future__ import annotations

from tortoise_core.ast import writes as wr
from tortoise_core.dialect.compiler.base import Compiler


class OnConflictCompiler(Compiler):
    """Writes ``ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b`` and ``DO NOTHING``."""

    def visit_Conflict(self, node: wr.Conflict) -> str:
        targets = f" ({', '.join(map(self.quote, node.targets))})" if node.targets else ""
        if not node.updates:
            return f"ON CONFLICT{targets} DO NOTHING"
        sets = ", ".join([f"{name} = EXCLUDED.{name}" for name in map(self.quote, node.updates)])
        return f"ON CONFLICT{targets} DO UPDATE SET {sets}"

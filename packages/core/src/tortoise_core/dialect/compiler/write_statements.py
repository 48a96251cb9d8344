"""INSERT, UPDATE and DELETE in standard SQL."""

from __future__ import annotations

from typing import ClassVar, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import writes as wr
from tortoise_core.dialect.compiler.writer import Writer


class WriteCompiler(Writer):
    """The statements that change rows."""

    insert_clauses: ClassVar[tuple[str, ...]] = ("into", "values", "conflict", "returning")

    def visit_Insert(self, node: wr.Insert) -> str:
        return self.clauses(self.insert_clauses, "insert", node)

    def insert_into(self, node: wr.Insert) -> str:
        columns = ", ".join([self.quote(name) for name in node.columns])
        return f"INSERT INTO {self.write(node.table)}{f' ({columns})' if columns else ''}"

    def insert_values(self, node: wr.Insert) -> str:
        if not node.columns:
            return "DEFAULT VALUES"
        return "VALUES " + ", ".join([f"({self.write_all(row)})" for row in node.rows])

    def insert_conflict(self, node: wr.Insert) -> str:
        """What becomes of rows that conflict."""
        if node.conflict is None:
            return ""
        known = self.capabilities.update_conflicts if node.conflict.updates else self.capabilities.ignore_conflicts
        if not known:
            self.refuse("updating on conflict" if node.conflict.updates else "ignoring conflicts")
        if (node.conflict.where or node.conflict.update_where) and not self.capabilities.conflict_conditions:
            self.refuse("a condition on conflicts")
        if node.conflict.constraint is not None and not self.capabilities.conflict_constraints:
            self.refuse("on_conflict_constraint, a constraint by its name,")
        return self.write(node.conflict)

    def visit_Conflict(self, node: wr.Conflict) -> str:
        """The clause itself; the standard has none."""
        self.refuse("an INSERT that minds conflicts")

    def visit_Refused(self, node: wr.Refused) -> str:
        self.refuse("values of a row that was refused")

    def insert_returning(self, node: wr.Insert) -> str:
        if node.returning and not self.capabilities.returning:
            self.refuse("RETURNING, which gives the keys that the server made,")
        return f"RETURNING {self.write_all(node.returning)}" if node.returning else ""

    def visit_Update(self, node: wr.Update) -> str:
        if node.source is not None:
            self.refuse("an UPDATE from rows of values")
        return f"UPDATE {self.write(node.table)} SET {self.assignments(node)}{self.where_clause(node.where)}"

    def assignments(self, node: wr.Update) -> str:
        """What follows SET."""
        return ", ".join([f"{self.quote(name)} = {self.write(value)}" for name, value in node.assignments])

    def visit_Values(self, node: wr.Values) -> str:
        return "VALUES " + ", ".join([f"({self.write_all(row)})" for row in node.rows])

    def visit_Delete(self, node: wr.Delete) -> str:
        return f"DELETE FROM {self.write(node.table)}{self.where_clause(node.where)}"

    def visit_Returning(self, node: wr.Returning) -> str:
        update = isinstance(node.statement, wr.Update)
        if not (self.capabilities.update_returning if update else self.capabilities.delete_returning):
            self.refuse(f"{'update' if update else 'delete'}().returning()")
        return f"{self.write(node.statement)} RETURNING {self.write_all(node.outputs)}"

    def where_clause(self, where: Optional[ex.Predicate]) -> str:
        """WHERE of an UPDATE or DELETE, with its leading space."""
        return "" if where is None else f" WHERE {self.write(where)}"

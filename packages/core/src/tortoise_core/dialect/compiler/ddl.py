"""Standard DDL; dialects override the clauses that differ."""

from __future__ import annotations

from typing import ClassVar, Optional

from tortoise_core.ast import ddl
from tortoise_core.ast.expressions import Node
from tortoise_core.ast.types import SqlType
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler.literals import Literals
from tortoise_core.dialect.compiler.quoting import fit_identifier, quote_identifier
from tortoise_core.dialect.types import TypeMap, mapping_for, spell


class DDLCompiler(Literals):
    """Turns one DDL node into the statements that carry it out, in order."""

    table_parts: ClassVar[tuple[str, ...]] = (
        "columns",
        "primary_key",
        "uniques",
        "foreign_keys",
        "checks",
        "constraints",
    )

    def __init__(self, capabilities: Capabilities, types: TypeMap) -> None:
        self.capabilities = capabilities
        self.types = types

    def compile(self, node: Node) -> list[str]:
        """The statements of `node`. Raises UnSupportedError for what the dialect cannot do."""
        method = getattr(self, "visit_" + type(node).__name__, None)
        if method is None:
            self.refuse(type(node).__name__)
        statements: list[str] = method(node)
        return statements

    def quote(self, name: str) -> str:
        """An identifier, delimited."""
        return quote_identifier(fit_identifier(name, self.capabilities.max_identifier))

    def names(self, columns: tuple[str, ...]) -> str:
        """Column names between commas."""
        return ", ".join([self.quote(name) for name in columns])

    def table_name(self, table: ddl.TableName) -> str:
        """A table with its schema."""
        name = self.quote(table.name)
        if table.schema is not None and not self.capabilities.schemas:
            self.refuse(f'schema "{table.schema}" of table "{table.name}"')
        return name if table.schema is None else f"{self.quote(table.schema)}.{name}"

    def type_name(self, sql_type: SqlType) -> str:
        """The dialect's spelling of a type."""
        name = spell(self.types, sql_type, self.capabilities.dialect)
        if name is None:
            self.refuse(f"type {sql_type!r}")
        return name

    def guard(self, wanted: bool) -> str:
        """IF NOT EXISTS where wanted and known."""
        return "IF NOT EXISTS " if wanted and self.capabilities.if_not_exists else ""

    def visit_CreateSchema(self, node: ddl.CreateSchema) -> list[str]:
        if not self.capabilities.schemas:
            self.refuse(f'schema "{node.name}"')
        return [f"CREATE SCHEMA {self.guard(True)}{self.quote(node.name)}"]

    def visit_CreateEnum(self, node: ddl.CreateEnum) -> list[str]:
        if not self.capabilities.enum_types:
            self.refuse(f'the type "{node.name.name}", an enumeration,')
        labels = ", ".join([self.text_literal(label) for label in node.labels])
        return [f"CREATE TYPE {self.table_name(node.name)} AS ENUM ({labels})"]

    def visit_AddEnumValue(self, node: ddl.AddEnumValue) -> list[str]:
        if not self.capabilities.enum_types:
            self.refuse(f'the type "{node.name.name}", an enumeration,')
        guard = "IF NOT EXISTS " if node.if_not_exists else ""
        place = f" BEFORE {self.text_literal(node.before)}" if node.before is not None else ""
        place = f" AFTER {self.text_literal(node.after)}" if node.after is not None else place
        return [f"ALTER TYPE {self.table_name(node.name)} ADD VALUE {guard}{self.text_literal(node.label)}{place}"]

    def visit_CreateTable(self, node: ddl.CreateTable) -> list[str]:
        parts = [text for part in self.table_parts for text in getattr(self, f"table_{part}")(node)]
        body = ",\n    ".join(parts)
        create = f"CREATE TABLE {self.guard(node.if_not_exists)}{self.table_name(node.table)} (\n    {body}\n)"
        return [create, *self.comments(node)]

    def table_columns(self, node: ddl.CreateTable) -> list[str]:
        return [self.column(column, node.primary_key == (column.name,)) for column in node.columns]

    def column(self, column: ddl.ColumnDef, is_key: bool) -> str:
        """One column of CREATE TABLE."""
        if column.generated:
            own = dict(column.generated_sql)
            clauses = own.get(self.capabilities.dialect, own.get("")) or self.generated_key(column)
            return f"{self.quote(column.name)} {clauses}"
        null = "" if column.nullable else " NOT NULL"
        key = " PRIMARY KEY" if is_key else ""
        name = f"{self.quote(column.name)} {self.column_type(column.type)}{self.collation(column)}"
        if column.computed is not None:
            return f"{name} {self.computed(column, column.computed)}{null}"
        default = "" if column.default is None else f" DEFAULT {self.column_default(column, column.default)}"
        return f"{name}{default}{null}{key}"

    def computed(self, column: ddl.ColumnDef, what: ddl.ComputedColumn) -> str:
        """The clause of a column that the database computes."""
        known = self.capabilities.stored_columns if what.stored else self.capabilities.virtual_columns
        if not known:
            how = "kept in the table" if what.stored else "computed when it is read"
            self.refuse(f'column "{column.name}", a GeneratedField that is {how},')
        return f"GENERATED ALWAYS AS ({what.sql}) {'STORED' if what.stored else 'VIRTUAL'}"

    def collation(self, column: ddl.ColumnDef) -> str:
        """COLLATE of a column, where it has an order of its own."""
        if column.collation is None:
            return ""
        if not self.capabilities.collations:
            self.refuse(f'collation "{column.collation}" of column "{column.name}"')
        return f" COLLATE {self.quote(column.collation)}"

    def column_type(self, sql_type: SqlType) -> str:
        """A type as CREATE TABLE takes it."""
        return self.type_name(sql_type)

    # -- defaults

    def column_default(self, column: ddl.ColumnDef, default: ddl.Default) -> str:
        """What follows DEFAULT of a column, whose type may ask for a form of its own."""
        return self.default(default)

    def default(self, node: ddl.Default) -> str:
        """What follows DEFAULT. Raises UnSupportedError for what the dialect cannot write."""
        method = getattr(self, "visit_" + type(node).__name__, None)
        if method is None:
            self.refuse(type(node).__name__)
        text: str = method(node)
        return text

    def visit_ConstantDefault(self, node: ddl.ConstantDefault) -> str:
        mapping = mapping_for(self.types, node.type)
        encode = None if mapping is None else mapping.encode
        value = node.value
        return self.literal(value if encode is None or value is None else encode(value))

    def visit_RawDefault(self, node: ddl.RawDefault) -> str:
        return node.sql

    def visit_NowDefault(self, node: ddl.NowDefault) -> str:
        return "CURRENT_TIMESTAMP"

    def visit_RandomHexDefault(self, node: ddl.RandomHexDefault) -> str:
        self.refuse("a random hexadecimal default")

    def generated_key(self, column: ddl.ColumnDef) -> str:
        """Type and clauses of a key that the database gives by itself."""
        return f"{self.type_name(column.type)} GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY"

    def table_primary_key(self, node: ddl.CreateTable) -> list[str]:
        return [f"PRIMARY KEY ({self.names(node.primary_key)})"] if len(node.primary_key) > 1 else []

    def table_uniques(self, node: ddl.CreateTable) -> list[str]:
        return [f"CONSTRAINT {self.quote(name)} UNIQUE ({self.names(columns)})" for name, columns in node.uniques]

    def table_foreign_keys(self, node: ddl.CreateTable) -> list[str]:
        return [self.foreign_key(key) for key in node.foreign_keys]

    def foreign_key(self, key: ddl.ForeignKey) -> str:
        """A foreign key constraint."""
        return (
            f"CONSTRAINT {self.quote(key.name)} FOREIGN KEY ({self.names(key.columns)}) "
            f"REFERENCES {self.table_name(key.target)} ({self.names(key.target_columns)}) ON DELETE {key.on_delete}"
            f"{self.deferrable(key.name, key.deferrable, self.capabilities.deferrable_keys)}"
        )

    def deferrable(self, name: str, when: Optional[str], known: bool) -> str:
        """When a constraint is checked, where that may change."""
        if when is None:
            return ""
        if not known:
            self.refuse(f'constraint "{name}", which is checked at the end of the transaction,')
        return f" DEFERRABLE INITIALLY {when.upper()}"

    def table_constraints(self, node: ddl.CreateTable) -> list[str]:
        return [self.constraint(constraint) for constraint in node.constraints]

    def constraint(self, node: ddl.Constraint) -> str:
        """A constraint of CREATE TABLE. Raises UnSupportedError for a kind that the dialect does not know."""
        method = getattr(self, "visit_" + type(node).__name__, None)
        if method is None:
            self.refuse(f"the constraint {type(node).__name__}")
        text: str = method(node)
        return text

    def visit_Unique(self, node: ddl.Unique) -> str:
        what = f'constraint "{node.name}"'
        parts = [f"CONSTRAINT {self.quote(node.name)} UNIQUE", self.nulls(what, node.nulls_distinct)]
        parts += [f"({self.names(node.columns)})", self.included(what, node.include)]
        text = " ".join([part for part in parts if part])
        return text + self.deferrable(node.name, node.deferrable, self.capabilities.deferrable_uniques)

    def nulls(self, what: str, distinct: Optional[bool]) -> str:
        """NULLS NOT DISTINCT, or that they are, where it is said."""
        if distinct is None:
            return ""
        if not self.capabilities.nulls_not_distinct:
            self.refuse(f"{what} with nulls_distinct")
        return "NULLS DISTINCT" if distinct else "NULLS NOT DISTINCT"

    def included(self, what: str, columns: tuple[str, ...]) -> str:
        """INCLUDE and the columns that an index keeps beside its keys."""
        if columns and not self.capabilities.index_include:
            self.refuse(f"{what} that includes further columns")
        return f"INCLUDE ({self.names(columns)})" if columns else ""

    def table_checks(self, node: ddl.CreateTable) -> list[str]:
        return [f"CONSTRAINT {self.quote(name)} CHECK ({text})" for name, text in node.checks]

    def comments(self, node: ddl.CreateTable) -> list[str]:
        """COMMENT ON statements for a table and its columns."""
        if not self.capabilities.comments:
            return []
        table = self.table_name(node.table)
        lines = [self.comment(f"TABLE {table}", node.comment)]
        lines += [self.comment(f"COLUMN {table}.{self.quote(c.name)}", c.comment) for c in node.columns]
        return [line for line in lines if line is not None]

    def comment(self, what: str, text: Optional[str]) -> Optional[str]:
        """One COMMENT ON statement, or None without a text."""
        return None if text is None else f"COMMENT ON {what} IS {self.text_literal(text)}"

    index_parts: ClassVar[tuple[str, ...]] = ("create", "on", "keys", "include", "nulls", "where", "extra")

    def visit_CreateIndex(self, node: ddl.CreateIndex) -> list[str]:
        texts = [getattr(self, f"index_{part}")(node) for part in self.index_parts]
        return [" ".join([text for text in texts if text])]

    def index_create(self, node: ddl.CreateIndex) -> str:
        unique = "UNIQUE " if node.unique else ""
        if node.options.concurrently and not self.capabilities.concurrent_indexes:
            self.refuse(f'index "{node.name}" built concurrently')
        how = "CONCURRENTLY " if node.options.concurrently else ""
        return f"CREATE {unique}INDEX {how}{self.guard(node.if_not_exists)}{self.quote(node.name)}"

    def index_on(self, node: ddl.CreateIndex) -> str:
        """ON the table, and the kind of index where the dialect has kinds."""
        if node.kind:
            self.refuse(f'index "{node.name}" of type {node.kind}')
        return f"ON {self.table_name(node.table)}"

    def index_keys(self, node: ddl.CreateIndex) -> str:
        if node.expressions and not self.capabilities.expression_indexes:
            self.refuse(f'index "{node.name}" over expressions')
        keys = [f"({text})" for text in node.expressions] or [self.quote(name) for name in node.columns]
        return f"({', '.join([self.index_key(node, at, key) for at, key in enumerate(keys)])})"

    def index_key(self, node: ddl.CreateIndex, at: int, key: str) -> str:
        """One key with the class of its operators and its direction."""
        options = node.options
        opclass = options.opclasses[at] if options.opclasses else ""
        if opclass and not self.capabilities.index_opclasses:
            self.refuse(f'index "{node.name}" with the class of operators {opclass}')
        direction = " DESC" if options.descending and options.descending[at] else ""
        return f"{key}{f' {self.quote(opclass)}' if opclass else ''}{direction}"

    def index_include(self, node: ddl.CreateIndex) -> str:
        return self.included(f'index "{node.name}"', node.options.include)

    def index_nulls(self, node: ddl.CreateIndex) -> str:
        return self.nulls(f'index "{node.name}"', node.options.nulls_distinct)

    def index_where(self, node: ddl.CreateIndex) -> str:
        if node.where is None:
            return ""
        if not self.capabilities.partial_indexes:
            self.refuse(f'index "{node.name}" with a condition')
        return f"WHERE {node.where}"

    def index_extra(self, node: ddl.CreateIndex) -> str:
        return node.extra

    def visit_AddForeignKey(self, node: ddl.AddForeignKey) -> list[str]:
        return [f"ALTER TABLE {self.table_name(node.table)} ADD {self.foreign_key(node.foreign_key)}"]

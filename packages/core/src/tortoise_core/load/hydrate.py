"""From rows to instances, related rows and annotations included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.base.errors import OperationalError
from tortoise_core.dialect.statements import Backend
from tortoise_core.load.partial import MISSING, PartialRow
from tortoise_core.load.rows import Load, decoded, term_decoder
from tortoise_core.query.layout import JoinedRow, Layout, Related
from tortoise_core.query.scope import Term
from tortoise_core.schema.codegen import Code, attribute
from tortoise_core.schema.converters import Convert, decoder
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import BackwardOneToOneRelation, ForeignKeyFieldInstance, Relation


def cache_attribute(relation: str) -> str:
    """Where an instance keeps what a relation led to."""
    return f"_rel_{relation}"


class Absent:
    """Kept in place of a related row that was looked for and is not there; `key` names it all the same."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = key


def instance_loader(
    record: type[Record], layout: Layout, terms: Sequence[Term], backend: Backend, passed_over: int = 0
) -> Load:
    """One function that makes the instances of all rows of a result.

    `terms` are those of the extras; `passed_over` further columns behind them are not read.
    """
    code = Code()
    code.names["new"] = object.__new__
    joined_start = layout.extra_start + len(layout.extras)
    width = joined_start + sum([len(row.terms) for row in layout.joined]) + passed_over
    code.line("out = []")
    code.line("add = out.append")
    code.line("for row in rows:")
    code.line(f"{', '.join([f'c{i}' for i in range(width)])}, = row", 2)
    _instance(code, "o", record, layout.fields, 0, backend, "row", 2)
    for at, ((name, _), term) in enumerate(zip(layout.extras, terms), layout.extra_start):
        code.line(f"o.{attribute(name)} = {decoded(code, f'c{at}', term_decoder(term, backend))}", 2)
    for row in layout.joined:
        _joined(code, row, joined_start, backend)
        joined_start += len(row.terms)
    owners: dict[tuple[str, ...], str] = {(): "o"}
    for number, related in enumerate(layout.related):
        _related(code, related, f"r{number}", owners, backend)
    code.line("add(o)", 2)
    code.line("return out")
    return code.function("def load(rows, origin)", f"load {record.__name__}")


def _joined(code: Code, row: JoinedRow, start: int, backend: Backend) -> None:
    """The row of a joined query as a dict; None where the query gave none."""
    items = [
        f"{str(key)!r}: {decoded(code, f'c{at}', term_decoder(term, backend))}"
        for at, (key, term) in enumerate(row.columns.items(), start)
    ]
    found = f"c{start + len(items)}"
    code.line(f"o.{attribute(row.name)} = {{{', '.join(items)}}} if {found} is not None else None", 2)


def _instance(
    code: Code,
    variable: str,
    record: type[Record],
    fields: Sequence[Field[Any]],
    start: int,
    backend: Backend,
    snapshot: str,
    depth: int,
) -> None:
    code.line(f"{variable} = new({code.name('cls', record)})", depth)
    for at, field in enumerate(fields, start):
        value = decoded(code, f"c{at}", decoder(field, backend), field.null)
        code.line(f"{variable}.{attribute(field.model_field_name)} = {value}", depth)
    code.line(f"{variable}._origin = origin", depth)
    columns = record._meta.columns
    if tuple(fields) == columns:
        code.line(f"{variable}._loaded = {snapshot}", depth)
        return
    for key in record._meta.key:
        if key not in fields:
            code.line(f"{variable}.{attribute(key.model_field_name)} = None", depth)
    missing = code.name("missing", MISSING)
    places = {field: f"c{at}" for at, field in enumerate(fields, start)}
    row = ", ".join([places.get(field, missing) for field in columns])
    code.line(f"{variable}._loaded = {code.name('partial', PartialRow)}(({row},))", depth)


def _related(code: Code, related: Related, variable: str, owners: dict[tuple[str, ...], str], backend: Backend) -> None:
    """A related row, attached to its owner; None where the key of the joined row is."""
    owner = owners[related.path[:-1]]
    owners[related.path] = variable
    meta = related.meta
    end = related.start + len(related.fields)
    key = related.start + related.fields.index(meta.pk)
    code.line(f"if c{key} is None:", 2)
    code.line(f"{variable} = None", 3)
    code.line("else:", 2)
    _instance(code, variable, meta.model, related.fields, related.start, backend, f"row[{related.start}:{end}]", 3)
    attach = f"{owner}.{cache_attribute(attribute(related.path[-1]))} = {variable}"
    if isinstance(related.relation, ForeignKeyFieldInstance) and not related.relation.db_constraint:
        attach += f" if {variable} is not None else {_absent(code, owner, related.relation)}"
    code.line(attach if owner == "o" else f"if {owner} is not None: {attach}", 2)
    if isinstance(related.relation, BackwardOneToOneRelation):
        # the row that was found names its owner, which is there
        back = cache_attribute(attribute(related.relation.forward.model_field_name))
        code.line(f"if {variable} is not None: {variable}.{back} = {owner}", 2)


def _absent(code: Code, owner: str, relation: Relation) -> str:
    """Source of what is kept where the joined row is missing: None for a key that is NULL."""
    # a column that was not loaded says nothing
    keys = [f"getattr({owner}, {attribute(own.model_field_name)!r}, None)" for own, _ in relation.pairs]
    lacks = " or ".join([f"{key} is None" for key in keys])
    whole = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
    return f"(None if {lacks} else {code.name('absent', Absent)}({whole}))"


def columns_loader(record: type[Record], columns: Sequence[str], backend: Backend) -> Load:
    """The same for rows with these columns, in any order; what the model does not have become attributes."""
    by_column = {field.column: field for field in record._meta.columns}
    # of two columns of one name the last one counts
    places = {name: at for at, name in enumerate(columns)}
    fields = [field for field in record._meta.columns if field.column in places]
    extras = [name for name in places if name not in by_column]
    code = Code()
    code.names["new"] = object.__new__
    code.line("out = []")
    code.line("for row in rows:")
    for at, field in enumerate(fields):
        code.line(f"c{at} = row[{places[field.column]}]", 2)
    whole = f"({', '.join([f'c{at}' for at in range(len(fields))])},)"
    _instance(code, "o", record, fields, 0, backend, whole, 2)
    for name in extras:
        code.line(f"extra(o)[{name!r}] = row[{places[name]}]", 2)
    code.names["extra"] = own_attributes
    code.line("out.append(o)", 2)
    code.line("return out")
    return code.function("def load(rows, origin)", f"load {record.__name__}")


def own_attributes(instance: Record) -> dict[str, Any]:
    """The dict of what an instance has besides its columns."""
    found: dict[str, Any] = Record.__dict__["__dict__"].__get__(instance)
    return found


def explain_failure(record: type[Record], rows: Sequence[Any], backend: Backend) -> Optional[OperationalError]:
    """Which stored value could not be decoded, if it is one of the columns."""
    decoders: list[tuple[int, Field[Any], Convert]] = [
        (i, f, decoder(f, backend)) for i, f in enumerate(record._meta.columns)
    ]
    for row in rows:
        for at, field, decode in decoders:
            if decode is None or row[at] is None:
                continue
            try:
                decode(row[at])
            except Exception as error:
                return OperationalError(f"{field.label}: the stored value {row[at]!r} cannot be read: {error}")
    return None

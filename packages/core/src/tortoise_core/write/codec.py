"""Generated code that turns instances into parameters, and tells what changed since they were loaded."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from decimal import Decimal
from functools import partial
from types import BuiltinFunctionType
from typing import Any, Callable, Optional
from uuid import UUID

from tortoise_core.base.errors import FieldError, ValidationError
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.converting import Inline, chained, parts_of
from tortoise_core.dialect.statements import Backend, StatementCache
from tortoise_core.query.expressions import Expression
from tortoise_core.query.rewriters import rewriters_of, tokens
from tortoise_core.schema.codegen import Code, attribute
from tortoise_core.schema.converters import Convert, adapter, bind_encoder, decoder, own_encoder
from tortoise_core.schema.db_defaults import Computed, DatabaseDefault
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.documents import JSONField
from tortoise_core.schema.guards import NAMES, check_guard, store_guard, written
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import ForeignKeyFieldInstance

#: types whose values never change
CONSTANTS = frozenset({bool, int, float, str, Decimal, UUID})
#: sets of `update_fields` that a codec remembers having checked
MAX_CHECKED = 500
#: from an instance to the values of columns, in order
ToValues = Callable[[Record], tuple[Any, ...]]
#: (instance, stored row) -> names of the attributes that differ
Diff = Callable[[Record, Sequence[Any]], tuple[str, ...]]


class HasExpression(Exception):
    """An attribute holds an expression such as ``F("n") + 1``; the statement must be built for it."""


class Codec:
    """The code of one model on one backend; each function is written when it is first needed."""

    def __init__(self, record: type[Record], backend: Backend) -> None:
        self.record, self.backend = record, backend
        self.fields = record._meta.columns
        self.names = tuple([field.model_field_name for field in self.fields])
        self.position = {name: at for at, name in enumerate(self.names)}
        self._to_values: dict[tuple[tuple[str, ...], bool], ToValues] = {}
        self._diff: Optional[Diff] = None
        self._diffs: dict[tuple[str, ...], Diff] = {}
        #: attributes that every save sets, on top of what changed
        self.automatic = tuple([field.model_field_name for field in self.fields if field.automatic[1]])
        self.key_names = tuple([field.model_field_name for field in record._meta.key])
        self.key_places = tuple([(name, self.position[name]) for name in self.key_names])
        #: attributes that an update may write
        self.plain_names = tuple(
            [f.model_field_name for f in self.fields if f.model_field_name not in self.key_names and not f.computation]
        )
        self._checked: dict[tuple[str, ...], tuple[str, ...]] = {}
        #: attributes that may be left to the database
        self.default_names = tuple([field.model_field_name for field in self.fields if field.has_db_default()])
        #: of these the ones that are never written
        self.computed_names = tuple([field.model_field_name for field in self.fields if field.computation])
        #: key that the database makes, if it does
        self.generated_key = record._meta.generated_key
        self._rewriters = rewriters_of(backend)
        #: statements about one row, by `plan_key`
        self.plans: StatementCache[Any] = StatementCache(500)

    def plan_key(self, what: Hashable) -> Hashable:
        """The key of the statement that writes `what`, with the tokens of the rewriters if there are any."""
        return (what, tokens(self.backend)) if self._rewriters else what

    def left_out(self, instance: Record) -> tuple[str, ...]:
        """The attributes of a new instance that are left to the database."""
        computed = self.computed_names
        return tuple(
            [
                name
                for name in self.default_names
                if name in computed or type(getattr(instance, name)) is DatabaseDefault
            ]
        )

    def forget_computed(self, instance: Record) -> None:
        """Let what the database computes of an instance be unknown, because what it computes from has changed."""
        for name in self.computed_names:
            if hasattr(instance, name):
                setattr(instance, name, self.fields[self.position[name]].get_db_default_value())

    def checked(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The attributes that `update_fields` means by `names`. Raises FieldError for what cannot be updated."""
        found = self._checked.get(names)
        if found is None:
            found = self._check(names)
            if len(self._checked) < MAX_CHECKED:
                self._checked[names] = found
        return found

    def _check(self, names: tuple[str, ...]) -> tuple[str, ...]:
        meta = self.record._meta
        wanted: list[str] = []
        for name in names:
            field = meta.pk if name == "pk" else meta.fields_map.get(name)
            if field is None:
                raise meta.unknown(name)
            fields: list[Any] = [field]
            if isinstance(field, ForeignKeyFieldInstance):
                fields = [own for own, _ in field.pairs]
            for part in fields:
                if part.model_field_name not in self.position:
                    raise meta.unknown(name)
                if part.model_field_name in self.key_names:
                    raise FieldError(f"{meta.name}.{name} is the primary key; it cannot be updated")
                if part.computation is not None:
                    raise FieldError(f"{part.label} is computed by the database; it cannot be updated")
                wanted.append(part.model_field_name)
        return tuple(dict.fromkeys([*wanted, *self.automatic])) if wanted else ()

    def key_changed(self, instance: Record, row: Sequence[Any]) -> bool:
        """True if the key is not that of the remembered row; stored keys of encoded types count as changed."""
        for name, at in self.key_places:  # noqa: SIM110  # `any` would cost more than the comparison
            if row[at] != getattr(instance, name):
                return True
        return False

    def to_values(self, names: tuple[str, ...], insert: bool) -> ToValues:
        """The function that gives the values of `names`. It raises ValidationError and HasExpression."""
        found = self._to_values.get((names, insert))
        if found is None:
            found = self._to_values[names, insert] = self._write_to_values(names, insert)
        return found

    @property
    def diff(self) -> Diff:
        """The function that tells which attributes differ from a stored row."""
        if self._diff is None:
            self._diff = self._write_diff()
        return self._diff

    def _write_to_values(self, names: tuple[str, ...], insert: bool) -> ToValues:
        code = Code()
        code.names.update(NAMES)
        items = [self._value(code, self.fields[self.position[name]], at, insert) for at, name in enumerate(names)]
        code.line(f"return ({', '.join(items)}{',' if items else ''})")
        return code.function("def to_values(o)", f"values of {self.record.__name__}")

    def _value(self, code: Code, field: Field[Any], at: int, insert: bool) -> str:
        """Lines that bring one value into shape; returns the source of what is bound."""
        name, variable = attribute(field.model_field_name), f"v{at}"
        code.line(f"{variable} = o.{name}")
        made = field.automatic[0 if insert else 1] and self._make_value(code, field, name, variable, insert)
        if field.overrides("to_db_value"):
            own = _refusing_expressions_of(field, own_encoder(field, self.backend))
            return f"{code.name('own', own)}({variable}, o)"
        known = self._stored_default(field)
        if known is not None:
            # an untouched default is the very object of the class body, and what it is stored as is known
            default, stored = known
            code.line(f"if {variable} is {code.name('default', default)}: {variable} = {code.name('stored', stored)}")
        if made or known is not None:
            code.line("else:")
        depth = 2 if made or known is not None else 1
        self._fix_value(code, field, variable, depth)
        encode = bind_encoder(field, self.backend)
        if encode is None:
            return variable
        call = code.convert(encode, variable, "encode")
        encoded = f"{call} if {variable} is not None else None" if field.null or field.generated else call
        if known is None:
            return encoded
        code.line(f"{variable} = {encoded}", depth)
        return variable

    def _make_value(self, code: Code, field: Field[Any], name: str, variable: str, insert: bool) -> bool:
        """Lines that put in the value a save makes by itself; True if an ``else:`` is to deal with a given one."""
        make = None if field.validators or field.overrides("to_db_value") else _auto_maker(field, self.backend.clock)
        if make is None:
            auto, clock = code.name("auto", field.auto_value), code.name("clock", self.backend.clock)
            code.line(f"{variable} = o.{name} = {auto}({variable}, {clock}, {insert})")
            return False
        test = "True" if field.automatic[1] else f"{variable} is None"
        code.line(f"if {test}: {variable} = o.{name} = {code.convert(make, variable)}")
        return True

    def _stored_default(self, field: Field[Any]) -> Optional[tuple[Any, Any]]:
        """(default, what is bound for it) where a default that nobody can change needs no more than that."""
        default = field.default
        if type(default) not in CONSTANTS or field.validators or field.overrides("to_db_value"):
            return None
        try:
            stored = adapter(field, self.backend)(default)
        except ValidationError:
            return None  # told when it is saved
        encode = bind_encoder(field, self.backend)
        return default, stored if encode is None else encode(stored)

    def _fix_value(self, code: Code, field: Field[Any], variable: str, depth: int) -> None:
        """A line that converts and checks a value that cannot be stored as it is."""
        guard = store_guard(field, self.backend)
        fix = code.name("fix", _refusing_expressions(field, adapter(field, self.backend)))
        tests = [f"{variable} is not None"] if field.null or field.generated else []
        tests += [] if guard is None else [f"not ({written(code, field, guard, variable)})"]
        fixed = f"{fix}({variable})"
        alone = check_guard(field) if guard is None else None
        if alone is not None:
            check = code.name("check", _checking(field))
            fixed = f"{check}({variable}) if {alone.format(v=variable)} else {fixed}"
        code.line(f"if {' and '.join(tests) or True}: {variable} = {fixed}", depth)

    def diff_of(self, names: tuple[str, ...]) -> Diff:
        """The same for some of the attributes."""
        found = self._diffs.get(names)
        if found is None:
            found = self._write_diff(names)
            if len(self._diffs) < MAX_CHECKED:
                self._diffs[names] = found
        return found

    def _write_diff(self, names: Optional[tuple[str, ...]] = None) -> Diff:
        code = Code()
        code.names.update(NAMES)
        code.line("changed = []")
        for at, field in enumerate(self.fields):
            if field.model_field_name in (self.plain_names if names is None else names):
                self._compare(code, field, at)
        code.line("return tuple(changed)")
        return code.function("def diff(o, row)", f"diff of {self.record.__name__}")

    def _compare(self, code: Code, field: Field[Any], at: int) -> None:
        name = attribute(field.model_field_name)
        code.line(f"v = o.{name}; r = row[{at}]")
        if field.has_db_default():
            same = code.name("same", _same_or_unknown(field, self.backend, self._quick_decoder(field)))
            code.line(f"if v is not r and not {same}(v, r, o): changed.append({name!r})")
            return
        if field.overrides("to_db_value"):
            same = code.name("same", _same_own(own_encoder(field, self.backend)))
            code.line(f"if not {same}(v, r, o): changed.append({name!r})")
            return
        encode = bind_encoder(field, self.backend)
        if encode is None:
            code.line(f"if v is not r and (v != r): changed.append({name!r})")
            return
        decode = self._quick_decoder(field)
        if decode is not None:
            code.line(f"if (r if r is None else {code.convert(decode, 'r')}) != v: changed.append({name!r})")
            return
        same = code.name(
            "same", _same_json(field, self.backend) if isinstance(field, JSONField) else _same_encoded(encode)
        )
        code.line(f"if v is None or r is None:\n        if v is not r: changed.append({name!r})")
        code.line(f"elif not {same}(v, r): changed.append({name!r})")

    def _quick_decoder(self, field: Field[Any]) -> Convert:
        """The decoder of a field where it is quicker than to encode, so that values are compared and not their text."""
        if isinstance(field, JSONField) or field.overrides("to_python_value"):
            return None
        decode = chained(self.backend.converters(field.sql_type(self.backend.clock))[1], field.decoding)
        return decode if decode is not None and all(map(_is_quick, parts_of(decode))) else None


def _auto_maker(field: Field[Any], clock: Clock) -> Optional[Inline]:
    """The field's `auto_maker`, unless a user's subclass has an `auto_value` of its own."""
    first = next(cls for cls in type(field).__mro__ if {"auto_maker", "auto_value"} & vars(cls).keys())
    return field.auto_maker(clock) if "auto_maker" in vars(first) else None


def _is_quick(decode: Callable[[Any], Any]) -> bool:
    return isinstance(decode, (BuiltinFunctionType, partial, Inline)) or decode is Decimal


def _refusing_expressions_of(field: Field[Any], own: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def encode(value: Any, instance: Any) -> Any:
        if isinstance(value, Expression):
            raise HasExpression(field.model_field_name)
        return own(value, instance)

    return encode


def _same_or_unknown(field: Field[Any], backend: Backend, decode: Convert) -> Callable[[Any, Any, Any], bool]:
    """The same for a column that may not have been fetched; the row then holds what stands for its value."""
    encode = bind_encoder(field, backend) or _as_it_is
    own = _same_own(own_encoder(field, backend)) if field.overrides("to_db_value") else None
    plain = _same_json(field, backend) if isinstance(field, JSONField) else _same_encoded(encode)

    def same(value: Any, stored: Any, instance: Any) -> bool:
        if value is None or stored is None or isinstance(value, Computed) or isinstance(stored, Computed):
            return value is stored
        if decode is not None and own is None:
            return bool(decode(stored) == value)
        return plain(value, stored) if own is None else own(value, stored, instance)

    return same


def _as_it_is(value: Any) -> Any:
    return value


def _same_own(own: Callable[[Any, Any], Any]) -> Callable[[Any, Any, Any], bool]:
    """The same for a field with an encoding of its own."""

    def same(value: Any, stored: Any, instance: Any) -> bool:
        try:
            return not isinstance(value, Expression) and bool(own(value, instance) == stored)
        except ValidationError:
            return False  # told when it is saved

    return same


def _refusing_expressions(field: Field[Any], adapt: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def fix(value: Any) -> Any:
        if isinstance(value, Expression):
            raise HasExpression(field.model_field_name)
        return adapt(value)

    return fix


def _checking(field: Field[Any]) -> Callable[[Any], Any]:
    check = field.check

    def checked(value: Any) -> Any:
        try:
            return check(value)
        except ValueError as error:
            raise field.invalid(error) from error

    return checked


def _same_encoded(encode: Callable[[Any], Any]) -> Callable[[Any, Any], bool]:
    """Is a value what a row holds; a value that cannot be encoded as it is counts as changed."""

    def same(value: Any, stored: Any) -> bool:
        try:
            return bool(encode(value) == stored)
        except (TypeError, ValueError, AttributeError):
            return False

    return same


def _same_json(field: JSONField, backend: Backend) -> Callable[[Any, Any], bool]:
    """The same for documents, which may change in place.

    Compared as text: 1, 1.0 and True are equal in Python. A server may have spaced or ordered the text its
    own way, so what it holds is written out again before it counts as different.
    """

    decode = decoder(field, backend)

    def same(value: Any, stored: Any) -> bool:
        if isinstance(value, Expression):
            return False
        text = field.encode(value)
        return text == stored or text == field.encode(stored if decode is None else decode(stored))

    return same


def codec_of(record: type[Record], backend: Backend) -> Codec:
    """The codec of a model on a backend, made on first use."""
    token = record._meta.token
    codec: Optional[Codec] = backend.codecs.get(token)
    if codec is None:
        codec = backend.codecs[token] = Codec(record, backend)
    return codec


def changed_names(codec: Codec, instance: Record, row: Sequence[Any]) -> tuple[str, ...]:
    """Attributes to write: those that differ, and those that every save sets."""
    changed = codec.diff(instance, row)
    if not codec.automatic:
        return changed
    return changed + tuple([name for name in codec.automatic if name not in changed])

"""The generated ``__init__`` of a model."""

from __future__ import annotations

import copy
from ast import literal_eval
from typing import Any, Callable

from tortoise_core.base.errors import ConfigurationError, FieldError, NullNotAllowedError
from tortoise_core.base.names import did_you_mean
from tortoise_core.base.timezone import current_clock
from tortoise_core.model.attributes import check_target
from tortoise_core.schema.codegen import Code, attribute
from tortoise_core.schema.db_defaults import Computed
from tortoise_core.schema.fields.base import Field, told
from tortoise_core.schema.guards import NAMES, written
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import ForeignKeyFieldInstance

#: stands for an argument that was not given
MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()


def make_init(record: type[Record]) -> Callable[..., None]:
    """Write ``__init__`` for `record`: keyword arguments only, values converted, defaults put in."""
    code = Code()
    # an underscore keeps them apart from the arguments, which are called as the fields are
    code.names.update(NAMES, _MISSING=MISSING, _reject=_rejecter(record), _positional=_positional(record))
    meta = record._meta
    code.line("if _nothing is not _MISSING: _positional()")
    code.line("_self._origin = _self._loaded = None")
    arguments = ["_nothing=_MISSING"]
    for field in meta.columns:
        arguments.append(f"{attribute(field.model_field_name)}=_MISSING")
        _set_column(code, field)
    for relation in meta.relations():
        if isinstance(relation, ForeignKeyFieldInstance):
            arguments.append(f"{attribute(relation.model_field_name)}=_MISSING")
            _set_relation(code, relation)
    code.line("if _more: _reject(_self, _more)")
    return code.function(f"def __init__(_self, {', '.join(arguments)}, **_more)", f"init of {record.__name__}")


def _set_column(code: Code, field: Field[Any]) -> None:
    name = field.model_field_name
    convert = code.name("convert", argument_converter(field))
    code.line(f"if {name} is _MISSING: _self.{name} = {_default(code, field)}")
    if field.guard is None or field.computation is not None or field.overrides("to_python_value"):
        code.line(f"else: _self.{name} = {convert}({name})")
    else:
        test = written(code, field, field.argument_guard or field.guard, name)
        code.line(f"else: _self.{name} = {name} if {test} else {convert}({name})")


def argument_converter(field: Field[Any]) -> Callable[[Any], Any]:
    """From an argument to the attribute. Range and length are checked when the value is stored.

    What is returned raises ValidationError, for None where the field takes none as well.
    """
    own = field.to_python_value if field.overrides("to_python_value") else None

    def convert(value: Any) -> Any:
        if field.computation is not None and not isinstance(value, Computed):
            raise FieldError(f"{field.label} is computed by the database; it cannot be given")
        if value is None:
            if field.null or field.generated or field.automatic[0]:
                return None
            raise NullNotAllowedError(told(field, "None was given, and the field is not null=True"))
        if isinstance(value, Computed):
            return value
        try:
            return field.convert(value, current_clock()) if own is None else own(value)
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise field.invalid(error) from error

    return convert


def _default(code: Code, field: Field[Any]) -> str:
    """Source of the default: constants as they are, calls made anew, documents copied, or that the database has one."""
    default = field.default
    if default is None:
        absent = field.get_db_default_value()
        return "None" if absent is None else code.name("default", absent)
    if callable(default):
        return f"{code.name('default', default)}()"
    if isinstance(default, (list, dict, set)):
        return _fresh(code, default)
    return code.name("default", default)


def _fresh(code: Code, value: Any) -> str:
    """Source that makes an equal value each time: no two instances share a document."""
    text = repr(value)
    try:
        plain = literal_eval(text) == value
    except (ValueError, SyntaxError):
        plain = False
    return text if plain else f"{code.name('copy', copy.deepcopy)}({code.name('default', value)})"


def _set_relation(code: Code, relation: ForeignKeyFieldInstance[Any]) -> None:
    name = relation.model_field_name
    code.line(f"if {name} is not _MISSING:")
    if not relation.null:
        raiser = code.name("refuse", _refuse_none(relation))
        code.line(f"if {name} is None: {raiser}()", 2)
    check = code.name("check", check_target)
    code.line(
        f"else: {check}({code.name('relation', relation)}, {name})"
        if not relation.null
        else f"if {name} is not None: {check}({code.name('relation', relation)}, {name})",
        2,
    )
    code.line(f"_self.{name} = {name}", 2)


def _refuse_none(relation: ForeignKeyFieldInstance[Any]) -> Callable[[], None]:
    def refuse() -> None:
        raise NullNotAllowedError(told(relation, "None was given, and the relation is not null=True"))

    return refuse


def _positional(record: type[Record]) -> Callable[[], None]:
    def refuse() -> None:
        raise TypeError(f"{record.__name__} takes keyword arguments only")

    return refuse


def _rejecter(record: type[Record]) -> Callable[[Any, Any], None]:
    """What deals with arguments that name no column: `pk`, many-sided relations and mistakes."""

    def reject(self: Any, more: Any) -> None:
        if "pk" in more:
            self.pk = more.pop("pk")
        for relation in record._meta.relations():
            # the key of several columns, as one tuple
            name = f"{relation.model_field_name}_id"
            if name in more and isinstance(relation, ForeignKeyFieldInstance):
                setattr(self, name, more.pop(name))
        for name in more:
            if name in record._meta.fields_map:
                raise ConfigurationError(
                    f"{record.__name__}.{name} is a relation to many rows: add them once the object is saved"
                )
            known: list[str] = [*record._meta.fields_map, "pk"]
            raise FieldError(f'{record.__name__} has no field "{name}".{did_you_mean(name, known)}')

    return reject

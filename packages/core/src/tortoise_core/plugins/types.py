"""SQL types that plugins bring: how dialects spell them, and what queries may ask of their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Optional, Union

from tortoise_core.ast.types import SqlType
from tortoise_core.dialect.interface import Dialect
from tortoise_core.dialect.types import TypeMapping
from tortoise_core.plugins.manager import Plugins, hookspec, plugins


@dataclass(frozen=True)
class TypeSupport:
    """What there is to know of a SQL type, for its class and those derived from it.

    `mappings`: by the name of a dialect, how it spells the type and converts its values; a dialect that is not named
    refuses the type, unless it has it in its own map. `lookups`: the type's own lookups by name, each a function of a
    term and an operand that gives a predicate; they stand before the engine's of the same name. `engine_lookups`: the
    names of the engine's that fit (default: none but equality, lists and null tests). `part`: (term, name) -> what the
    name is of a value, as a term, or None if it is nothing (default: values have no parts).
    """

    sql_type: type[SqlType]
    mappings: Mapping[str, TypeMapping] = field(default_factory=dict)
    lookups: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    engine_lookups: tuple[str, ...] = ("exact", "not", "in", "not_in", "isnull", "not_isnull")
    part: Optional[Callable[[Any, str], Optional[Any]]] = None


class TypeHooks:
    """Hooks of types; asked once for each set of plugins, when a connection or a query needs to know."""

    @hookspec
    def tortoise_register_types(self) -> Iterable[TypeSupport]:
        """Return what is to be known of types that neither the engine nor a dialect has."""
        return ()


plugins.add_hookspecs(TypeHooks)


class TypeRegistry:
    """The types of all plugins of a process."""

    def __init__(self, registered: Plugins) -> None:
        self._plugins = registered
        self._asked = -1
        self._found: dict[type, TypeSupport] = {}
        self._dialects: dict[int, tuple[Dialect, Dialect]] = {}

    def support(self, sql_type: Optional[SqlType]) -> Optional[TypeSupport]:
        """What a plugin says of a type, or of the nearest class of it that one knows; None for the engine's own."""
        found = self.all()
        return next((found[cls] for cls in type(sql_type).__mro__ if cls in found), None) if found else None

    def all(self) -> dict[type, TypeSupport]:
        """By class of type; what several plugins bring is the first one's."""
        hook = self._plugins.hook  # first of all, because it loads plugins
        present = len(self._plugins.manager.get_plugins())
        if present != self._asked:
            self._asked = present
            self._found = {each.sql_type: each for found in hook.tortoise_register_types() for each in found}
            self._dialects.clear()
        return self._found

    def known_to(self, dialect: Dialect) -> Dialect:
        """`dialect` with the types that plugins bring for it; the same object as long as they stay the same."""
        found = self.all()
        more: dict[Union[type, SqlType], TypeMapping] = {
            cls: each.mappings[dialect.name] for cls, each in found.items() if dialect.name in each.mappings
        }
        if not more:
            return dialect
        if id(dialect) not in self._dialects:
            self._dialects[id(dialect)] = dialect, replace(dialect, types={**more, **dialect.types})
        return self._dialects[id(dialect)][1]


#: the types of the plugins of this process
type_registry = TypeRegistry(plugins)

"""Compiled statements and the cache that finds them by the shape of a query."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Callable, Generic, Optional, TypeVar, Union

from tortoise_core.ast.expressions import LateParam, ListParam, Node
from tortoise_core.ast.types import Array, SqlType
from tortoise_core.base.errors import UnSupportedError
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler.writer import Binder, Compiled
from tortoise_core.dialect.converting import each
from tortoise_core.dialect.driver import Driver
from tortoise_core.dialect.interface import Dialect
from tortoise_core.dialect.types import ConverterPair, mapping_for

V = TypeVar("V")
#: rewrites a statement before it is compiled
Rewriter = Callable[[Node], Node]


class StatementCache(Generic[V]):
    """A bounded mapping from shape to compiled statement; the oldest quarter goes when it is full."""

    __slots__ = ("entries", "get", "limit")

    def __init__(self, limit: int = 2000) -> None:
        self.entries: dict[Hashable, V] = {}
        #: the dict's own method: a hit is one call
        self.get: Callable[[Hashable], Optional[V]] = self.entries.get
        self.limit = limit

    def put(self, key: Hashable, statement: V) -> None:
        """Keep `statement` under `key`."""
        if len(self.entries) >= self.limit:
            for old in list(self.entries)[: self.limit // 4]:
                del self.entries[old]
        self.entries[key] = statement


class Statement:
    """SQL ready to run: the text, and how a query's values become its parameters."""

    __slots__ = ("bind", "count", "direct", "sql")

    def __init__(self, compiled: Compiled) -> None:
        self.sql = compiled.sql
        #: the number of parameters
        self.count = len(compiled.params)
        #: True if the values, already encoded, are the parameters in order
        self.direct = _is_direct(compiled.params)
        #: from the values of a query to the driver's parameters. Raises ValidationError
        self.bind: Callable[[Sequence[Any]], tuple[Any, ...]] = make_binder(compiled.params)


def _is_direct(params: tuple[Binder, ...]) -> bool:
    return all(not isinstance(p, ListParam) and p.source == at and p.encode is None for at, p in enumerate(params))


def make_binder(params: tuple[Binder, ...]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """One function that picks, encodes and orders the parameters of a statement."""
    plain = [(p.source, p.encode) for p in params if not isinstance(p, ListParam) and isinstance(p.source, int)]
    if len(plain) != len(params):
        return _general_binder(params)

    def bind(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple([values[at] if encode is None else encode(values[at]) for at, encode in plain])

    return bind


def _general_binder(params: tuple[Binder, ...]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    parts = [(p.source, p.encode, p.width if isinstance(p, ListParam) else -1) for p in _collapse(params)]

    def bind(values: Sequence[Any]) -> tuple[Any, ...]:
        out: list[Any] = []
        for source, encode, width in parts:
            value = source.evaluate() if isinstance(source, LateParam) else values[source]
            if width < 0:
                out.append(value if encode is None else encode(value))
                continue
            out += value if encode is None else [encode(item) for item in value]
            if len(value) < width:
                out += out[-1:] * (width - len(value))
        return tuple(out)

    return bind


def _collapse(params: tuple[Binder, ...]) -> list[Binder]:
    """Each list once, though it holds as many places as it has placeholders."""
    parts: list[Binder] = []
    skip = 0
    for param in params:
        if skip:
            skip -= 1
            continue
        parts.append(param)
        skip = param.width - 1 if isinstance(param, ListParam) else 0
    return parts


class Backend:
    """One dialect spoken through one driver to servers of equal capabilities; it owns what they share.

    Connections that agree in all four share one Backend, and with it every compiled statement and every
    generated function.
    """

    def __init__(self, dialect: Dialect, driver: Driver, capabilities: Capabilities, clock: Clock) -> None:
        self.dialect, self.driver, self.capabilities, self.clock = dialect, driver, capabilities, clock
        self.statements: StatementCache[Any] = StatementCache()
        #: generated code by purpose and record; entries live as long as their record does
        self.codecs: dict[Hashable, Any] = {}
        self._converters: dict[SqlType, ConverterPair] = {}

    def compile(self, node: Node) -> Statement:
        """A statement tree, compiled. Raises UnSupportedError."""
        compiler = self.dialect.compiler(self.capabilities, self.dialect.types, self.driver.paramstyle)
        return Statement(compiler.compile(node))

    def converters(self, sql_type: SqlType) -> ConverterPair:
        """(encode, decode) for a type: the driver's own where it has any, otherwise the dialect's."""
        pair = self._converters.get(sql_type)
        if pair is None:
            pair = self._converters[sql_type] = self._find_converters(sql_type)
        return pair

    def _find_converters(self, sql_type: SqlType) -> ConverterPair:
        own = self.driver.converters
        keys: list[Union[type, SqlType]] = [sql_type, *type(sql_type).__mro__]
        for key in keys:
            if key in own:
                return own[key]
        mapping = mapping_for(self.dialect.types, sql_type)
        if isinstance(sql_type, Array) and mapping is not None:
            encode, decode = self.converters(sql_type.item)
            return None if encode is None else each(encode), None if decode is None else each(decode)
        if mapping is None and sql_type.spelling:
            return None, None
        if mapping is None:
            raise UnSupportedError(f"type {sql_type!r} is not supported by {self.dialect.name}")
        return mapping.encode, mapping.decode

    @classmethod
    def shared(cls, dialect: Dialect, driver: Driver, capabilities: Capabilities, clock: Clock) -> Backend:
        """The Backend of these four, made on first use."""
        key = (id(dialect), id(driver), capabilities, clock)
        backend = _BACKENDS.get(key)
        if backend is None:
            backend = _BACKENDS[key] = cls(dialect, driver, capabilities, clock)
        return backend

    def list_width(self, length: int) -> int:
        """How many placeholders a list of `length` takes; 0: it is bound as one parameter.

        Rounded up to a power of two, so that lists of many lengths share few shapes.
        """
        if length == 0 or length > self.capabilities.list_placeholders:
            return 0
        return 1 << (length - 1).bit_length()


#: a Backend holds its dialect and driver, so that their ids stay taken
_BACKENDS: dict[Hashable, Backend] = {}


def forget_statements() -> None:
    """Empty the caches of compiled statements of every Backend."""
    for backend in _BACKENDS.values():
        backend.statements.entries.clear()

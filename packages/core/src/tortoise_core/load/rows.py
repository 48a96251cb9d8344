"""From rows to dicts and tuples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional

from tortoise_core.dialect.statements import Backend
from tortoise_core.query.scope import Term
from tortoise_core.schema.codegen import Code
from tortoise_core.schema.converters import Convert, decoder
from tortoise_core.schema.fields.base import Field

Load = Callable[..., list[Any]]


def term_decoder(term: Term, backend: Backend) -> Convert:
    """From a value of the result to a Python value, for any expression; never called with None."""
    if term.field is not None:
        return decoder(term.field, backend)
    return None if term.expression.type is None else backend.converters(term.expression.type)[1]


def decoded(code: Code, variable: str, decode: Convert, null: bool = True) -> str:
    """Source that decodes `variable`; `null`: it may be None."""
    if decode is None:
        return variable
    call = code.convert(decode, variable)
    return f"{call} if {variable} is not None else None" if null else call


def may_be_null(field: Optional[Field[Any]]) -> bool:
    """True unless a column cannot hold NULL."""
    return field is None or field.null


def dict_loader(keys: Sequence[str], decoders: Sequence[Convert]) -> Load:
    """Rows as dicts."""
    code = Code()
    names = [f"c{i}" for i in range(len(keys))]
    # the repr of a plain str is its literal, which Python builds faster from than from names
    items = [f"{str(k)!r}: {decoded(code, n, d)}" for k, n, d in zip(keys, names, decoders)]
    code.line(f"return [{{{', '.join(items)}}} for {', '.join(names)}, in rows]")
    return code.function("def load(rows, origin)", "dicts")


def tuple_loader(decoders: Sequence[Convert]) -> Load:
    """Rows as tuples."""
    if not any(decoders):
        return _plain_tuples
    code = Code()
    names = [f"c{i}" for i in range(len(decoders))]
    items = [decoded(code, n, d) for n, d in zip(names, decoders)]
    code.line(f"return [({', '.join(items)},) for {', '.join(names)}, in rows]")
    return code.function("def load(rows, origin)", "tuples")


def key_loader(decoders: Sequence[Convert]) -> Callable[[Sequence[Any]], list[Any]]:
    """The last columns of each row as a key: a value, or a tuple of several."""
    if len(decoders) == 1 and decoders[0] is None:
        return lambda rows: [row[-1] for row in rows]
    code, width = Code(), len(decoders)
    items = [decoded(code, f"row[{at - width}]", decode, False) for at, decode in enumerate(decoders)]
    code.line(f"return [{items[0] if width == 1 else '(' + ', '.join(items) + ')'} for row in rows]")
    return code.function("def keys(rows)", "keys")


def _plain_tuples(rows: Sequence[Any], origin: Any) -> list[tuple[Any, ...]]:
    if rows and type(rows[0]) is tuple:
        return rows if type(rows) is list else list(rows)
    return list(map(tuple, rows))


def flat_loader(decode: Convert) -> Load:
    """The only column of each row."""
    code = Code()
    code.line(f"return [{decoded(code, 'c0', decode)} for c0, in rows]")
    return code.function("def load(rows, origin)", "flat")

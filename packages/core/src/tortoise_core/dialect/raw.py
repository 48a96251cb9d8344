"""SQL of the user's own in the parameter style of a client library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

from tortoise_core.base.errors import ParamsError
from tortoise_core.base.named_parameters import bound
from tortoise_core.dialect.compiler.placeholders import PLACEHOLDERS

#: styles whose placeholders say which parameter they are
_NUMBERED = ("numeric_dollar",)


def portable(
    sql: str, parameters: Optional[Union[Mapping[str, Any], Sequence[Any]]], paramstyle: str
) -> tuple[str, Sequence[Any]]:
    """(text, parameters) for a driver of `paramstyle`.

    A mapping gives the values of ``:name`` in the text, which is portable. A list is passed on as it is, with the
    text in the driver's own style. Raises ParamsError for names without a value and values without a name.
    """
    if parameters is None:
        return sql, ()
    if isinstance(parameters, Mapping):
        return bound(sql, parameters, PLACEHOLDERS[paramstyle], paramstyle in _NUMBERED)
    if isinstance(parameters, (str, bytes)) or not isinstance(parameters, Sequence):
        raise ParamsError(f"parameters are a dict of names and values, or a list, not {parameters!r}")
    return sql, parameters

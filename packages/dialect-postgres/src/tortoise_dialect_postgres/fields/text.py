"""Fields for spans of time and text of the server's own kinds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal, Optional, overload

from tortoise_core.ast import types
from tortoise_core.base.timezone import Clock
from tortoise_core.schema.fields.data import BigIntField, TextField
from tortoise_core.schema.fields.temporal import TimeDeltaField
from tortoise_core.schema.fields.typed import Span, Whole, Words
from tortoise_dialect_postgres.fields.enums import FACE
from tortoise_dialect_postgres.sql_types import CIText, IntervalType

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from tortoise_core.schema.fields.options import FieldOptions


class CITextField(TextField[Words]):
    """Text that compares, sorts and is unique without regard to case; it is kept as it was written.

    The database needs the extension citext.
    """

    __module__ = FACE
    indexable = True

    @overload
    def __init__(self: CITextField[Optional[str]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]) -> None: ...

    @overload
    def __init__(self: CITextField[str], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return CIText()


class IdentityField(BigIntField[Whole]):
    """A whole number of 64 bits that the server counts up, GENERATED AS IDENTITY as in the SQL standard; a primary key.

    `always`: no program may give a value of its own, which the server then refuses (default False: it may). The key of
    other fields is a serial column.
    """

    __module__ = FACE
    arguments = ("always",)

    class _db_postgres:
        def __init__(self, field: Any) -> None:
            kind = "ALWAYS" if field.always else "BY DEFAULT"
            self.GENERATED_SQL = f"BIGINT GENERATED {kind} AS IDENTITY NOT NULL PRIMARY KEY"

    def __init__(self, always: bool = False, **kwargs: Any) -> None:
        super().__init__(primary_key=kwargs.pop("primary_key", kwargs.pop("pk", True)), **kwargs)
        self.always = always


class IntervalField(TimeDeltaField[Span]):
    """A timedelta in a column of type INTERVAL, with which the server can reckon. (TimeDeltaField: whole microseconds.)

    Months and years, which a program of another kind may have stored, are read as 30 and 365 days.
    """

    __module__ = FACE

    @overload
    def __init__(
        self: IntervalField[Optional[dt.timedelta]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: IntervalField[dt.timedelta], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return IntervalType()

    def check(self, value: Any) -> dt.timedelta:
        # the server has more room than a timedelta
        return value  # type: ignore[no-any-return]  # converted already

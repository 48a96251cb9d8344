"""What code that goes over the fields of a model asks of each, answered by what has no column of its own."""

from __future__ import annotations

from typing import Any, ClassVar, Optional

from tortoise_core.schema.db_defaults import DB_DEFAULT_NOT_SET


class Columnless:
    """The attributes and methods of a field that is no column: a relation, whose keys are fields by themselves."""

    has_db_field: ClassVar[bool] = False
    indexable: ClassVar[bool] = True
    allows_generated: ClassVar[bool] = False
    skip_to_python_if_native: ClassVar[bool] = False
    function_cast: ClassVar[None] = None
    SQL_TYPE: ClassVar[Optional[str]] = None
    GENERATED_SQL: ClassVar[Optional[str]] = None
    pk: bool = False
    index: bool = False
    default: Any = None
    reference: ClassVar[None] = None
    db_default: Any = DB_DEFAULT_NOT_SET
    null: bool

    @property
    def source_field(self) -> Optional[str]:
        """The column of the key; None where another table has it."""
        return None

    @property
    def required(self) -> bool:
        """True if a row needs it to be stored: a key that may not be NULL and has no default."""
        return False

    @property
    def constraints(self) -> dict[str, Any]:
        """What values must be, for schemas of other kinds: nothing is known of related rows."""
        return {}

    @property
    def validators(self) -> list[Any]:
        """None; those of the key's column are its own."""
        return []

    def validate(self, value: Any) -> None:
        """Nothing to refuse: what is assigned is checked by the attribute."""

    def to_db_value(self, value: Any, instance: Any) -> Any:
        """`value`: only columns have another form in the database."""
        return value

    def to_python_value(self, value: Any) -> Any:
        """`value`: only columns have another form in the database."""
        return value

    def has_db_default(self) -> bool:
        """True if the database has a default for the key."""
        return self.db_default is not DB_DEFAULT_NOT_SET

    def get_db_default_value(self) -> Any:
        """None; an unset key is None, whatever the database puts in."""
        return None

    def get_db_field_type(self) -> Optional[str]:
        """None: there is no column."""
        return None

    def get_db_field_types(self) -> Optional[dict[str, str]]:
        """None: there is no column."""
        return None

    def get_for_dialect(self, dialect: str, key: str) -> Any:
        """The attribute `key`, which is the same for every dialect; None without one."""
        return getattr(self, key, None)

"""What the suite must be told of a dialect's databases; everything else it asks of the dialect itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

#: names the dialect that a run is about; suites of other dialects are then skipped
DIALECT_VARIABLE = "TORTOISE_TEST_DIALECT"


@dataclass(frozen=True)
class Target:
    """One dialect under test. A test module that holds the suite has one of these, called ``TARGET``.

    `dialect`: the name it is registered by. `scheme`: the URL scheme, which chooses the driver (default: the
    dialect's name). `url`: a server's URL, used where the environment variable does not say another one; not
    needed where databases are files. `create` and `drop` are the statements for a database ``{name}``, run on
    the database that the URL names; `empty`, run on a database, takes everything out of it (default: a database
    is dropped and another one created, which on some servers is slow). `options` is added to every URL, such as
    what makes a server forget to be safe and be fast. `gaps`: case -> why the dialect cannot pass it, such as
    ``{"TestLookups::test_text[regex]": "the server has no regular expressions"}``; a gap that passes fails the run.
    `driver_gaps`: driver -> gaps that it has besides.
    """

    dialect: str
    scheme: str = ""
    url: str | None = None
    create: str = "CREATE DATABASE {name}"
    drop: str = "DROP DATABASE {name}"
    empty: str | None = None
    options: str = ""
    gaps: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    driver_gaps: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def variable(self) -> str:
        """The environment variable with the server's URL: TORTOISE_TEST_ and the dialect's name in capitals."""
        return f"TORTOISE_TEST_{self.dialect.upper()}"

    def server_url(self) -> str | None:
        """Where the server is, or None if nobody said."""
        return os.environ.get(self.variable) or self.url

    def with_options(self, more: str | None) -> Target:
        """The same target with more options in its URLs."""
        return replace(self, options="&".join(filter(None, [self.options, more])))

    def with_driver(self, name: str) -> Target:
        """The same target through another driver of its dialect, by the scheme ``dialect+driver``."""
        gaps = {**self.gaps, **self.driver_gaps.get(name, {})}
        return replace(self, scheme=f"{self.dialect}+{name}", gaps=gaps)

    def is_wanted(self) -> bool:
        """True unless the environment asks for another dialect."""
        return os.environ.get(DIALECT_VARIABLE, self.dialect) == self.dialect

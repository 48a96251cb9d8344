"""What the server itself says of a transaction that was asked for with options."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from tortoise_core.dialect.transactions import transaction_options


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("read uncommitted", False, False), ("read uncommitted", "off", "off")),
        (("READ_COMMITTED", False, False), ("read committed", "off", "off")),
        (("repeatable read", True, False), ("repeatable read", "on", "off")),
        (("serializable", True, True), ("serializable", "on", "on")),
        ((None, True, False), ("read committed", "on", "off")),
        ((None, False, False), ("read committed", "off", "off")),
    ],
)
def test_the_server_runs_it_as_asked(on_session: Callable[..., Any], options: Any, told: Any) -> None:
    settings = [f"current_setting('transaction_{name}')" for name in ("isolation", "read_only", "deferrable")]

    async def body(session: Any) -> None:
        for wanted, expected in ((transaction_options(*options), told), (None, ("read committed", "off", "off"))):
            await session.begin(wanted)
            assert tuple((await session.fetch(f"SELECT {', '.join(settings)}", ()))[0]) == expected
            await session.rollback()

    on_session(body)

"""The pgbouncer that serves all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import bouncer
import pytest

if os.environ.get("TORTOISE_TEST_DIALECT", "postgres") != "postgres":
    collect_ignore_glob = ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a pgbouncer there is nothing to test; in CI that is a failure."""
    reason = bouncer.missing()
    if reason is not None and not os.environ.get("CI"):
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def running() -> Iterator[None]:
    with bouncer.pgbouncer():
        yield

"""Mistakes are told as such: by the right class of error, and in words that help."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest

from tortoise import exceptions, expressions, fields, functions, transactions
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException
from tortoise.models import Model
from tortoise_testkit import models
from tortoise_testkit.harness import Database
from tortoise_testkit.mistakes import MISTAKES, Mistake

ALL = [mistake for group in MISTAKES.values() for mistake in group]


def namespace(url: str) -> dict[str, Any]:
    """What the code of a mistake may name."""
    found: dict[str, Any] = {"__name__": __name__}
    for module in (models, expressions, functions, transactions):
        found.update({name: value for name, value in vars(module).items() if not name.startswith("_")})
    return {**found, "Model": Model, "fields": fields, "TortoiseContext": TortoiseContext, "URL": url}


async def make(mistake: Mistake, url: str) -> BaseORMException:
    """The error that `mistake` comes to. AssertionError if it comes to none."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(mistake.code, "<mistake>", "exec", flags=flags)
    try:
        result = eval(code, namespace(url))
        if inspect.isawaitable(result):
            await result
    except BaseORMException as error:
        return error
    raise AssertionError(f"nothing was said to {mistake.code}")


@pytest.mark.parametrize("mistake", ALL, ids=[mistake.code[:60] for mistake in ALL])
async def test_is_told(db: Database, mistake: Mistake) -> None:
    error = await make(mistake, db.url)
    assert isinstance(error, getattr(exceptions, mistake.error)), repr(error)
    for word in mistake.words:
        assert word in str(error), str(error)


async def test_there_are_many(db: Database) -> None:
    assert len(ALL) >= 60

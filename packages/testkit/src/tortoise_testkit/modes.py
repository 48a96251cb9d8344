"""Two ways to run the whole suite once more: under another name of the dialect, and through a rewriter."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Hashable
from dataclasses import replace

from tortoise_core.ast.expressions import Node
from tortoise_core.ast.visit import rewrite
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.statements import Backend
from tortoise_core.plugins.manager import hookimpl, plugins
from tortoise_core.query.rewriters import Rewriter

#: tells programs that a case starts what name the dialect of this run goes by: "scheme name"
ALIAS = "TORTOISE_TESTKIT_ALIAS"


def register_as(scheme: str, name: str) -> None:
    """Register what `scheme` opens a second time, as a dialect and a scheme called `name`; here and in programs."""
    os.environ[ALIAS] = f"{scheme} {name}"
    dialect, driver = plugins.driver(scheme)

    def capabilities(version: tuple[int, ...]) -> Capabilities:
        return replace(dialect.capabilities(version), dialect=name)

    memory = dialect.memory_url and f"{name}://{dialect.memory_url.partition('://')[2]}"
    plugins.register_dialect(replace(dialect, name=name, capabilities=capabilities, memory_url=memory))
    plugins.register_driver(name, name, driver)


class Copying:
    """Rewrites every statement into an equal one that shares no node with it."""

    def __init__(self) -> None:
        #: statements seen, by kind; a run in which a kind is missing has not tested what it should
        self.seen: Counter[str] = Counter()

    def missing(self) -> list[str]:
        """The kinds of statement that never came."""
        return [kind for kind in ("Select", "Insert", "Update", "Delete") if not self.seen[kind]]

    def rewrite(self, node: Node) -> Node:
        self.seen[type(node).__name__] += 1
        return rewrite(node, _copied)

    def shape_token(self) -> Hashable:
        return "copying"


def _copied(node: Node) -> Node:
    values = [getattr(node, name) for name in node.__slots__]
    return type(node)(*values)


class CopyingPlugin:
    """The plugin that brings `Copying` in, on every backend."""

    def __init__(self) -> None:
        self.rewriter = Copying()

    @hookimpl
    def tortoise_query_rewriter(self, backend: Backend) -> Rewriter:
        return self.rewriter

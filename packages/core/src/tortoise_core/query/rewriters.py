"""Rewriters: plugins that change statements before they are compiled."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Optional, Protocol

from tortoise_core.ast.expressions import Node
from tortoise_core.dialect.statements import Backend, Statement
from tortoise_core.plugins.manager import hookspec, plugins


class Rewriter(Protocol):
    """Sees every kind of statement, on a cache miss only.

    So it may add only constants, or `LateParam`s that are evaluated at every bind.
    """

    def rewrite(self, node: Node) -> Node:
        """The statement to compile in place of `node`."""
        ...

    def shape_token(self) -> Hashable:
        """What the rewriting depends on now; statements compiled under another token are not used."""
        ...


class RewriteHooks:
    """Hooks of rewriters; asked once per backend."""

    @hookspec
    def tortoise_query_rewriter(self, backend: Backend) -> Optional[Rewriter]:
        """Return a rewriter for the statements of `backend`, or None."""
        return None


plugins.add_hookspecs(RewriteHooks)


def rewriters_of(backend: Backend) -> tuple[Rewriter, ...]:
    """The rewriters of a backend, in the order of their registration."""
    found = backend.codecs.get("rewriters")
    if found is None:
        answers = plugins.hook.tortoise_query_rewriter(backend=backend)
        found = backend.codecs["rewriters"] = tuple([answer for answer in reversed(answers) if answer is not None])
    rewriters: tuple[Rewriter, ...] = found
    return rewriters


def compile_statement(backend: Backend, node: Node) -> Statement:
    """`node`, rewritten and compiled."""
    return backend.compile(rewritten(backend, node))


def rewritten(backend: Backend, node: Node) -> Node:
    """`node` as the rewriters leave it."""
    for rewriter in rewriters_of(backend):
        node = rewriter.rewrite(node)
    return node


def tokens(backend: Backend) -> Hashable:
    """What the rewriters add to the key of a statement."""
    rewriters = rewriters_of(backend)
    return tuple([rewriter.shape_token() for rewriter in rewriters]) if rewriters else None

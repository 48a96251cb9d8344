"""What every query shares: the model, the recorded steps, where it runs."""

from __future__ import annotations

from typing import Any, Generic, Optional, TypeVar

from tortoise_core.ast.expressions import Node
from tortoise_core.base.errors import FieldError
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.statements import Backend
from tortoise_core.load.explain import explain, written_out
from tortoise_core.load.prepared import Kind, Prepared, Steps, prepare, tree_of
from tortoise_core.query.steps import Step
from tortoise_core.query.subquery import Subquery
from tortoise_core.schema.record import R, Record
from tortoise_core.session.connection import Connection
from tortoise_core.session.context import Using, executor_of
from tortoise_core.session.executor import Executor
from tortoise_core.session.transaction import Transaction

Self = TypeVar("Self", bound="AwaitableQuery[Any]")


class AwaitableQuery(Generic[R]):
    """A query that runs when it is awaited. It never changes: every method of the chain gives a new one."""

    __slots__ = ("_steps", "_using", "model")

    #: True if it changes rows, so that a router is asked where to write
    _writes = False

    def __init__(self, model: type[R], steps: Steps = (), using: Using = None) -> None:
        self.model = model
        self._steps = steps
        self._using = using

    @property
    def _kind(self) -> Kind:
        raise FieldError(f"a {type(self).__name__} has no statement that could be shown or explained")

    def _subselect(self) -> tuple[type[Record], tuple[tuple[str, str], ...], Steps]:
        """This query inside another one: its model, the values it gives (none: the key), its steps."""
        raise FieldError(f"a {type(self).__name__} cannot stand inside another query")

    def _row_source(self) -> tuple[type[Record], Steps]:
        """This query inside EXISTS: its model and its steps."""
        model, _, steps = self._subselect()
        return model, steps

    def _column_source(self) -> tuple[type[Record], tuple[tuple[str, str], ...], Steps]:
        """This query as a joined table: its model, its columns (none: all), its steps."""
        return self._subselect()

    def _as_operand(self) -> Subquery:
        """This query behind ``__in``."""
        return Subquery(self)

    def _prepare(self, backend: Backend) -> tuple[Prepared, list[Any]]:
        """The compiled query and its values."""
        return prepare(backend, self.model, self._kind, self._steps)

    def _tree(self, backend: Backend) -> tuple[Node, list[Any]]:
        """The statement as a tree, and its values."""
        return tree_of(backend, self.model, self._kind, self._steps)

    def _executor(self) -> Executor:
        return executor_of(self.model, self._using, self._writes)

    def _with(self: Self, step: Step) -> Self:
        """This query with one more step."""
        query = self._copy()
        query._steps = (*self._steps, step)
        return query

    def _copy(self: Self) -> Self:
        query = object.__new__(type(self))
        query.model, query._steps, query._using = self.model, self._steps, self._using
        return query

    @property
    def capabilities(self) -> Capabilities:
        """What the server that this query goes to can do; the dialect's newest version until it has been asked."""
        return self._executor().capabilities

    def using_db(self: Self, _db: Using) -> Self:
        """The same query on another connection or in a transaction, given by name or object."""
        query = self._copy()
        query._using = _db
        return query

    def sql(self, params_inline: bool = False) -> str:
        """The SQL text, with placeholders.

        `params_inline` writes the values into their places as literals of the dialect, for people to read: what runs
        is always bound. Values that have no literal stand in a comment behind the text, all of them.
        """
        return written_out(self._offline_backend(), self._tree) if params_inline else self.sql_and_params()[0]

    def sql_and_params(self) -> tuple[str, tuple[Any, ...]]:
        """The SQL text and the parameters as they would be bound. Opens no connection."""
        prepared, values = self._prepare(self._offline_backend())
        return prepared.statement.sql, prepared.statement.bind(values)

    def _offline_backend(self) -> Backend:
        """The backend of where this query would run; what a server of the newest version would have, until asked."""
        executor = self._executor()
        connection = executor.connection if isinstance(executor, Transaction) else executor
        backend = connection.offline_backend if isinstance(connection, Connection) else executor.backend
        assert backend is not None
        return backend

    async def explain(self, output_fmt: Optional[str] = None, **options: Any) -> Any:
        """How the server runs the query, as it tells it. Raises UnSupportedError for formats it does not have.

        Options that have the server run the statement, such as ``analyze=True``, run updates and deletes too.
        """
        return await explain(self._executor(), self._tree, output_fmt, options)

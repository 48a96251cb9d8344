"""Connections and transactions, by the names of database clients."""

from tortoise_core.app.former import ConnectionWrapper, PoolConnectionWrapper, T_conn
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.session.executor import Executor
from tortoise_core.session.password import PasswordFactory, PasswordType, resolve_password
from tortoise_core.session.transaction import Transaction
from tortoise_core.session.transaction_block import TransactionContext

BaseDBAsyncClient = Executor
TransactionalDBClient = Transaction
# one class serves for a transaction and for one inside another
NestedTransactionContext = TransactionContext
TransactionContextPooled = TransactionContext

__all__ = [
    "BaseDBAsyncClient",
    "Capabilities",
    "ConnectionWrapper",
    "NestedTransactionContext",
    "PasswordFactory",
    "PasswordType",
    "PoolConnectionWrapper",
    "T_conn",
    "TransactionContext",
    "TransactionContextPooled",
    "TransactionalDBClient",
    "resolve_password",
]

"""Opening connections of psycopg, and finding out why that failed.

libpq gives a failed connection no SQLSTATE, only text in the server's language. So after a failure the servers are
asked once more, with libpq's trace of the protocol on, where the code stands; and where it does not, by hand.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import ssl
import tempfile
from collections.abc import Mapping
from typing import Any, Optional

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import ConnStatus, PGconn, PollingStatus

from tortoise_core.base.errors import ConfigurationError
from tortoise_dialect_postgres.clients.psycopg_asking import asked
from tortoise_dialect_postgres.clients.psycopg_options import Settings
from tortoise_dialect_postgres.clients.psycopg_wire import server_error
from tortoise_dialect_postgres.options import PORT

#: an error in the trace, with its SQLSTATE (PostgreSQL source, `pqTraceOutput_ErrorResponse`)
_ERROR = re.compile(rb'\tErrorResponse\t.*? C "([0-9A-Z]{5})"')
#: the length of a message to the server, whatever the trace calls it
_SENT = re.compile(rb"\tF\t(\d+)\t")
#: seconds that looking for the reason may take
_LOOKING = 5.0
#: stands for a SQLSTATE where the two sides agree on no encryption
_TLS = "TLS"
#: text of a failure -> its SQLSTATE, so that a server that is down is not asked twice each time; the last few
_reasons: dict[str, Optional[str]] = {}
_REASONS = 64


async def connect_library(settings: Settings) -> psycopg.AsyncConnection[Any]:
    """A connection of the library. Raises psycopg's errors, with the SQLSTATE of what the server said."""
    refuse_loop(asyncio.get_running_loop())
    words = {**settings.conninfo, "password": await _password(settings.password)}
    if settings.keeps_statements is False or settings.pgbouncer:
        words["prepare_threshold"] = None  # neither for those who use the connection through the library
    opening = settings.library.connect(autocommit=True, **words)
    try:
        return await asyncio.wait_for(opening, settings.timeout)
    except psycopg.OperationalError as error:
        raise await _explained(error, words) from error.__cause__


def refuse_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Raise ConfigurationError for a loop that cannot watch sockets."""
    if type(loop).add_reader is asyncio.AbstractEventLoop.add_reader:
        raise ConfigurationError(
            f"psycopg needs an event loop that watches sockets, which {type(loop).__name__} does not; on Windows run "
            "asyncio.run(main(), loop_factory=asyncio.SelectorEventLoop), or set "
            "asyncio.WindowsSelectorEventLoopPolicy() before"
        )


async def _password(given: Any) -> Optional[str]:
    """A password as text, of whatever a callable gives."""
    found: Any = given() if callable(given) else given
    if inspect.isawaitable(found):
        found = await found
    return None if found is None else str(found)


async def _explained(error: psycopg.Error, words: Mapping[str, Any]) -> psycopg.Error:
    """The error of the class that tells why connecting failed; the same one where that cannot be found out."""
    try:
        return await asyncio.wait_for(_reason(error, words), _LOOKING)
    except (OSError, asyncio.TimeoutError, psycopg.Error):
        return error


async def _reason(error: psycopg.Error, words: Mapping[str, Any]) -> psycopg.Error:
    below = await _unreachable(words)
    if below is not None:
        error.__cause__ = below
        return error
    text = str(error)
    if text not in _reasons:
        if len(_reasons) >= _REASONS:
            _reasons.clear()
        _reasons[text] = await _traced(words) or await asyncio.get_running_loop().run_in_executor(None, asked, words)
    reason = _reasons[text]
    if reason == _TLS:
        error.__cause__ = ssl.SSLError(text)
    return error if reason is None or reason == _TLS else server_error(reason, text)


async def _unreachable(words: Mapping[str, Any]) -> Optional[OSError]:
    """What keeps the sockets of all hosts from opening; None if one opens."""
    found: Optional[OSError] = None
    hosts = str(words.get("host", "")).split(",")
    ports = str(words.get("port", PORT)).split(",")
    for at, host in enumerate(hosts):
        try:
            await _open_socket(host, int(ports[at % len(ports)] or PORT))
        except OSError as error:
            found = error
        else:
            return None
    return found


async def _open_socket(host: str, port: int) -> None:
    if not host:
        return  # libpq looks for one by itself
    if host.startswith(("/", "@")):
        _, writer = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}".replace("@", "\0", 1))
    else:
        _, writer = await asyncio.open_connection(host, port)
    writer.close()
    await writer.wait_closed()


async def _traced(words: Mapping[str, Any]) -> Optional[str]:
    """The SQLSTATE with which a server turns a connection down, or _TLS; None if none does, or none can be traced."""
    pgconn = PGconn.connect_start(make_conninfo(**_of_libpq(words)).encode())
    with tempfile.TemporaryFile() as trace:
        try:
            pgconn.trace(trace.fileno())
            while pgconn.status != ConnStatus.BAD and await _step(pgconn):
                pass
            pgconn.untrace()
        except psycopg.NotSupportedError:  # by libpq, or by psycopg on this system
            return None
        finally:
            pgconn.finish()
        trace.seek(0)
        return _read_trace(trace.read())


def _read_trace(trace: bytes) -> Optional[str]:
    found = _ERROR.findall(trace)
    if found:
        return str(found[-1].decode())
    sent = _SENT.findall(trace)
    # encryption was asked for, in a message of eight bytes, and nothing was sent after that
    return _TLS if sent and set(sent) == {b"8"} else None


async def _step(pgconn: Any) -> bool:
    """Go on with connecting; False at the end of it, good or bad."""
    status = pgconn.connect_poll()
    if status in (PollingStatus.OK, PollingStatus.FAILED):
        return False
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    reading = status == PollingStatus.READING
    socket = pgconn.socket
    (loop.add_reader if reading else loop.add_writer)(socket, ready.set)
    try:
        await ready.wait()
    finally:
        (loop.remove_reader if reading else loop.remove_writer)(socket)
    return True


def _of_libpq(words: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if name != "prepare_threshold"}

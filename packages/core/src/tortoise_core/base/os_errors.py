"""What sockets and the event loop raise by themselves, and what it means. Read from numbers and classes."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import ssl
from typing import Optional

from tortoise_core.base.error_kinds import ErrorInfo, ErrorKind

#: numbers with which attempts end where nobody listens; ENOENT: there is no socket file
_REFUSED = frozenset({errno.ECONNREFUSED, errno.ENOENT})
#: a loop that tried several addresses of one name tells all of them in one text
_NUMBERS = re.compile(r"\[Errno (\d+)\]")


def read_os_error(error: BaseException) -> Optional[ErrorInfo]:
    """The meaning of an error of a socket or of the event loop; None for any other."""
    kind = _kind(error)
    return None if kind is None else ErrorInfo(kind, _message(error))


def _kind(error: BaseException) -> Optional[ErrorKind]:
    # before 3.11 a timeout of asyncio is no OSError
    if isinstance(error, (asyncio.TimeoutError, TimeoutError)):
        return ErrorKind.CONNECTION_TIMEOUT
    if isinstance(error, socket.gaierror):
        return ErrorKind.UNKNOWN_HOST
    if isinstance(error, ssl.SSLError):
        return ErrorKind.TLS
    if isinstance(error, (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, EOFError)):
        return ErrorKind.CONNECTION_LOST
    if isinstance(error, OSError):
        return ErrorKind.CONNECTION_REFUSED if _refused(error) else ErrorKind.CONNECTION
    return None


def _refused(error: OSError) -> bool:
    numbers = {int(number) for number in _NUMBERS.findall(str(error))} if error.errno is None else {error.errno}
    return bool(numbers) and numbers <= _REFUSED


def _message(error: BaseException) -> str:
    if isinstance(error, asyncio.TimeoutError) and not str(error):
        return "the server did not answer in time"
    return str(error) or type(error).__name__

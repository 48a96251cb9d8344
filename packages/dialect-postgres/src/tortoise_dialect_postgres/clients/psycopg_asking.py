"""Asking a server why it turns connections down, by the first messages of its protocol.

libpq before 18 traces no error that comes before a log-in is done. What the server says then is read here (PostgreSQL
manual, "Frontend/Backend Protocol").
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
from collections.abc import Mapping
from typing import Any, Optional

from tortoise_dialect_postgres.options import PORT

#: seconds that each step may take
_PATIENCE = 3.0
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_PROTOCOL_3 = 196608
#: what a log-in that is asked for, and fails, is told by
INVALID_PASSWORD = "28P01"


def asked(words: Mapping[str, Any]) -> Optional[str]:
    """The SQLSTATE with which the last of the hosts answers; None if it lets everybody in. Blocks."""
    found: Optional[str] = None
    hosts, ports = str(words.get("host", "")).split(","), str(words.get("port", PORT)).split(",")
    for at, host in enumerate(hosts):
        with contextlib.suppress(OSError, struct.error):
            found = _ask(host, int(ports[at % len(ports)] or PORT), words) or found
    return found


def _ask(host: str, port: int, words: Mapping[str, Any]) -> Optional[str]:
    with contextlib.ExitStack() as open_sockets:
        plain = open_sockets.enter_context(_connected(host, port))
        wire = open_sockets.enter_context(_encrypted(plain, words)) if plain.family != _UNIX else plain
        wire.sendall(_start_up(words))
        kind, length = struct.unpack("!ci", _exactly(wire, 5))
        content = _exactly(wire, length - 4)
        if kind == b"E":
            return next((part[1:].decode() for part in content.split(b"\0") if part[:1] == b"C"), None)
        return INVALID_PASSWORD if kind == b"R" and content[:4] != bytes(4) else None


_UNIX = getattr(socket, "AF_UNIX", None)


def _connected(host: str, port: int) -> socket.socket:
    if _UNIX is None or not host.startswith(("/", "@")):
        return socket.create_connection((host or "localhost", port), _PATIENCE)
    wire = socket.socket(_UNIX)
    wire.settimeout(_PATIENCE)
    wire.connect(f"{host}/.s.PGSQL.{port}".replace("@", "\0", 1))
    return wire


def _encrypted(wire: socket.socket, words: Mapping[str, Any]) -> socket.socket:
    """`wire`, encrypted where the server can; nothing is said on it that needs to know who listens."""
    if words.get("sslmode") == "disable":
        return wire
    wire.sendall(_SSL_REQUEST)
    if _exactly(wire, 1) != b"S":
        return wire
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if words.get("sslcert"):
        context.load_cert_chain(words["sslcert"], words.get("sslkey"), words.get("sslpassword"))
    return context.wrap_socket(wire)


def _start_up(words: Mapping[str, Any]) -> bytes:
    user = str(words.get("user") or "")
    settings = {"user": user, "database": str(words.get("dbname") or user)}
    body = b"".join([text.encode() + b"\0" for pair in settings.items() for text in pair]) + b"\0"
    return struct.pack("!ii", len(body) + 8, _PROTOCOL_3) + body


def _exactly(wire: socket.socket, count: int) -> bytes:
    """The next `count` bytes. Raises OSError at the end of the stream."""
    found = b""
    while len(found) < count:
        part = wire.recv(count - len(found))
        if not part:
            raise ConnectionError("the server hung up")
        found += part
    return found

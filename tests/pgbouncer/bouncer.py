"""A pgbouncer of the run's own before a PostgreSQL server, pooling by transaction."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Optional
from urllib.parse import unquote, urlsplit, urlunsplit

SERVER = "TORTOISE_TEST_POSTGRES"
DEFAULT_URL = "postgres://postgres:@127.0.0.1:5432/"

#: seconds that a start may take
START = 10

#: a session of the server for each transaction, the one that rested longest first: whatever a statement leaves behind
#: is soon somebody else's
CONFIGURATION = """
[databases]
* = host={host} port={port}{connect_query}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = {size}
min_pool_size = 2
server_round_robin = 1
max_client_conn = 200
ignore_startup_parameters = synchronous_commit
logfile = {folder}/log
"""


def server_url() -> str:
    return os.environ.get(SERVER) or DEFAULT_URL


def missing() -> Optional[str]:
    """Why no pgbouncer can be started here, or None."""
    return None if program() else "pgbouncer is not installed (`make services` does that)"


def program() -> Optional[str]:
    # Debian puts it where only root's shell looks
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")


def account() -> dict[str, Any]:
    """It refuses to run as root, so root starts it as another account."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@cache
def port_for(mode: str) -> int:
    """A port that was free when it was asked for first."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def url_of(mode: str = "transaction", scheme: str = "postgres") -> str:
    """The URL of the server as it is seen through the pgbouncer, started or not; `scheme` chooses the driver."""
    parts = urlsplit(server_url())
    login = f"{parts.username or 'postgres'}:@" if parts.username is None or not parts.password else ""
    login = login or f"{parts.username}:{parts.password}@"
    return urlunsplit(parts._replace(scheme=scheme, netloc=f"{login}127.0.0.1:{port_for(mode)}", query=""))


@contextlib.contextmanager
def pgbouncer(mode: str = "transaction", size: int = 12) -> Iterator[subprocess.Popen[bytes]]:
    """One that runs and takes connections at `url_of(mode)`; it ends with the block."""
    parts = urlsplit(server_url())
    executable = program()
    assert executable is not None, missing()
    with tempfile.TemporaryDirectory(prefix="tortoise-pgbouncer-") as name:
        folder = Path(name)
        login = [unquote(part or "") for part in (parts.username or "postgres", parts.password)]
        (folder / "users").write_text(" ".join(f'"{word}"' for word in login) + "\n")
        (folder / "ini").write_text(
            CONFIGURATION.format(
                host=parts.hostname or "127.0.0.1",
                port=parts.port or 5432,
                listen=port_for(mode),
                folder=folder,
                mode=mode,
                size=size,
                connect_query=" connect_query='SET synchronous_commit = off'",
            )
        )
        rights = account()
        if rights:
            for path in (folder, *folder.iterdir()):
                os.chown(path, rights["user"], rights["group"])
        process = subprocess.Popen(
            [executable, "-q", str(folder / "ini")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **rights,
        )
        try:
            wait_until_it_listens(process, port_for(mode), folder / "log")
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if time.monotonic() > deadline or process.poll() is not None:
            told = log.read_text(errors="replace")[-2000:] if log.exists() else "nothing"
            raise RuntimeError(f"pgbouncer does not start; its log: {told}")
        time.sleep(0.02)

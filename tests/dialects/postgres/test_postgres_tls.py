"""Encrypted connections in every form that can be asked for, to a server that has certificates and asks for some."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import pytest

from dialects.postgres.certificates import Authority
from dialects.postgres.stores import SCHEMES, administration, run, with_options
from faults.private_server import PrivateServer, private_server
from tortoise.context import TortoiseContext
from tortoise.exceptions import AuthenticationError, BaseORMException, ConfigurationError, DBConnectionError, TLSError
from tortoise_core.dialect.driver import Target

#: `plain` may come without encryption, `guest` needs a certificate, everybody else must encrypt
HBA = """
host all plain 127.0.0.1/32 trust
hostssl all guest 127.0.0.1/32 cert
hostssl all all 127.0.0.1/32 trust
"""


@dataclass
class Guarded:
    """The server, and the files that go with it, by name."""

    server: PrivateServer
    files: dict[str, Path]

    def url(self, scheme: str, user: str, options: dict[str, str], host: str = "127.0.0.1") -> str:
        """A URL with options, where the name of a file stands for its path."""
        found = {name: str(self.files.get(value, value)) for name, value in options.items()}
        return with_options(f"{scheme}://{user}@{host}:{self.server.port}/postgres", **found)


async def make_users(server: PrivateServer) -> None:
    async with administration(Target("postgres", "postgres", "127.0.0.1", server.port, "postgres")) as admin:
        await admin.execute("CREATE ROLE plain LOGIN; CREATE ROLE guest LOGIN")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("certificates")
    authority, other = Authority(folder), Authority(folder, "other")
    cert, key = authority.issue("localhost", "DNS:localhost")
    with private_server() as server:
        asyncio.run(make_users(server))
        server.stop()
        server.write("pg_hba.conf", HBA)
        server.settings = (
            "ssl=on",
            f"ssl_cert_file={server.write('server.crt', cert.read_text())}",
            f"ssl_key_file={server.write('server.key', key.read_text())}",
            f"ssl_ca_file={server.write('root.crt', authority.root.read_text())}",
        )
        server.start()
        files = dict(zip(("guest.crt", "guest.key"), authority.issue("guest")))
        files.update(zip(("locked.crt", "locked.key"), authority.issue("guest", password="let me in")))
        files.update(zip(("strange.crt", "strange.key"), other.issue("guest")))
        yield Guarded(server, {**files, "root": authority.root, "other root": other.root})


async def encrypted(source: Any) -> bool:
    """Whether a connection to a URL, or by an entry of a configuration, is encrypted."""
    async with TortoiseContext() as context:
        await context.init({"connections": {"default": source}, "apps": {}})
        try:
            (row,) = await context.db().execute_query_dict("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        except DBConnectionError:
            await asyncio.sleep(0.02)  # a transport with TLS that is closed waits for the word of the server
            raise
        return bool(row["ssl"])


def outcome(source: Any) -> Any:
    """What `encrypted` gives, or the class of the error it raises."""
    try:
        return run(lambda: encrypted(source))
    except BaseORMException as error:
        assert isinstance(error, ConfigurationError) or error.__cause__ is not None
        return type(error)


FORMS: list[tuple[str, dict[str, str], str, Any]] = [
    # user, options, host, what comes of it
    ("plain", {"sslmode": "disable"}, "127.0.0.1", False),
    ("plain", {"ssl": "false"}, "127.0.0.1", False),
    ("plain", {"sslmode": "allow"}, "127.0.0.1", False),
    ("plain", {"sslmode": "prefer"}, "127.0.0.1", True),
    ("plain", {}, "127.0.0.1", True),
    ("plain", {"sslmode": "require"}, "127.0.0.1", True),
    ("postgres", {"sslmode": "disable"}, "127.0.0.1", AuthenticationError),
    ("postgres", {"sslmode": "allow"}, "127.0.0.1", True),
    ("plain", {"sslmode": "require", "sslrootcert": "other root"}, "127.0.0.1", TLSError),
    ("plain", {"sslmode": "verify-ca", "sslrootcert": "root"}, "127.0.0.1", True),
    ("plain", {"sslmode": "verify-ca", "sslrootcert": "other root"}, "127.0.0.1", TLSError),
    ("plain", {"sslmode": "verify-full", "sslrootcert": "root"}, "127.0.0.1", TLSError),
    ("plain", {"sslmode": "verify-full", "sslrootcert": "root"}, "localhost", True),
    ("plain", {"ssl": "true", "sslrootcert": "root"}, "127.0.0.1", TLSError),
    ("plain", {"ssl": "true", "sslrootcert": "root"}, "localhost", True),
    ("plain", {"ssl": "true"}, "localhost", TLSError),
    ("plain", {"sslmode": "verify-full", "sslrootcert": "system"}, "localhost", TLSError),
    ("guest", {"sslmode": "require"}, "127.0.0.1", AuthenticationError),
    ("guest", {"sslmode": "require", "sslcert": "guest.crt", "sslkey": "guest.key"}, "127.0.0.1", True),
    (
        "guest",
        {"ssl": "true", "sslrootcert": "root", "sslcert": "guest.crt", "sslkey": "guest.key"},
        *("localhost", True),
    ),
    (
        "guest",
        {"sslmode": "require", "sslcert": "locked.crt", "sslkey": "locked.key", "sslpassword": "let me in"},
        *("127.0.0.1", True),
    ),
    (
        "guest",
        {"sslmode": "require", "sslcert": "locked.crt", "sslkey": "locked.key", "sslpassword": "wrong"},
        *("127.0.0.1", TLSError),
    ),
    (
        "guest",
        {"ssl": "true", "sslcert": "locked.crt", "sslkey": "locked.key", "sslpassword": "wrong"},
        *("localhost", ConfigurationError),
    ),
    ("postgres", {"sslmode": "require", "sslcert": "guest.crt", "sslkey": "locked.key"}, "127.0.0.1", TLSError),
]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("user", "options", "host", "expected"), FORMS)
def test_forms(guarded: Guarded, scheme: str, user: str, options: dict[str, str], host: str, expected: Any) -> None:
    assert outcome(guarded.url(scheme, user, options, host)) == expected


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_certificate_that_the_server_does_not_trust(guarded: Guarded, scheme: str) -> None:
    options = {"sslmode": "require", "sslcert": "strange.crt", "sslkey": "strange.key"}
    # it says so when the connection stands already, so that the alert and the end of it race
    assert issubclass(outcome(guarded.url(scheme, "guest", options)), DBConnectionError)


def context(guarded: Guarded, root: Optional[str]) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=None if root is None else str(guarded.files[root]))
    made.load_cert_chain(str(guarded.files["guest.crt"]), str(guarded.files["guest.key"]))
    return made


@pytest.mark.parametrize(("root", "expected"), [("root", True), ("other root", TLSError), (None, TLSError)])
def test_a_context_in_credentials(guarded: Guarded, root: Optional[str], expected: Any) -> None:
    where = {"host": "localhost", "port": guarded.server.port, "user": "guest", "database": "postgres"}
    credentials = {**where, "ssl": context(guarded, root)}
    assert outcome({"engine": "tortoise.backends.asyncpg", "credentials": credentials}) == expected


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sslrootcert": "/no/such/file"}, "sslrootcert.*no such file"),
        ({"sslkey": "/no/such/file"}, "sslkey.*no such file"),
        ({"sslmode": "verify"}, 'Did you mean "verify-ca"'),
        ({"sslmode": "require", "ssl": "true"}, "say the same"),
        ({"sslrotcert": "x"}, 'Did you mean "sslrootcert"'),
    ],
)
def test_mistakes_are_told_before_anything_connects(scheme: str, options: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        run(lambda: encrypted(with_options(f"{scheme}://u@no-such-host.invalid/d", **options)))


def test_passwords_of_keys_are_not_shown() -> None:
    with pytest.raises(ConfigurationError) as caught:
        run(lambda: encrypted("no/such/scheme?sslpassword=secret"))
    assert "secret" not in str(caught.value)

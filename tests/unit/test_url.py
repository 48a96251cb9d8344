"""URLs and credentials taken apart, and passwords kept out of sight."""

from __future__ import annotations

from typing import Any, Optional
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.driver import POOL_OPTIONS, Target
from tortoise_core.plugins.manager import plugins
from tortoise_core.session.options import split_options
from tortoise_core.session.url import (
    credentials_target,
    hide_password,
    host_target,
    path_target,
    resolve_credentials,
    resolve_url,
)
from tortoise_testkit.recording import Recorder, recording_driver
from tortoise_testkit.standard import standard_dialect


def test_a_full_url() -> None:
    target = host_target("db", "db://ann:secret@example.org:99/shop?a=1&b=")
    assert target == Target("db", "shop", "example.org", 99, "ann", "secret", {"a": "1", "b": ""})


@pytest.mark.parametrize("password", ["p@ss:w/rd", "%", "100%", "a b", "#?&=", "päss", "日本", "'\"", "[x]", "+"])
def test_passwords_of_any_characters(password: str) -> None:
    url = f"db://ann:{quote(password, safe='')}@host/name"
    assert host_target("db", url).password == password
    assert quote(password, safe="") not in hide_password(url) or password == "+"


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_any_quoted_user_and_password_come_back(user: str, password: str) -> None:
    try:
        url = f"db://{quote(user, safe='')}:{quote(password, safe='')}@host:1/name"
    except UnicodeEncodeError:  # lone surrogates cannot stand in a URL
        return
    target = host_target("db", url)
    assert (target.user, target.password, target.host, target.database) == (user, password, "host", "name")


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("db://[::1]:5/x", "::1", 5),
        ("db://host/x", "host", None),
        ("db:///x", None, None),
        ("db://%2Fvar%2FRun:7/x", "/var/Run", 7),
        ("db://ann@/x", None, None),
        ("db:///x?host=/run&port=7", "/run", 7),
    ],
)
def test_hosts(url: str, host: Optional[str], port: Optional[int]) -> None:
    target = host_target("db", url)
    assert (target.host, target.port, target.database) == (host, port, "x")


@pytest.mark.parametrize("where", ["host:many", "host:65536", "host:-1", "[::1]x", "[::1", "a:1,b:c"])
def test_hosts_that_are_none(where: str) -> None:
    with pytest.raises(ConfigurationError, match=r"port|address"):
        host_target("db", f"db://{where}/x")


def test_several_hosts() -> None:
    target = host_target("db", "db://ann:a%2Cb@one:1,[::2]:2,%2Frun/x?y=z")
    assert target.hosts == (("one", 1), ("::2", 2), ("/run", None))
    assert (target.host, target.port, target.user, target.password, target.database) == ("one", 1, "ann", "a,b", "x")
    assert host_target("db", "db://one/x").hosts == ()


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("a,b", None, (("a", None), ("b", None))),
        (["a", "b"], 5, (("a", 5), ("b", 5))),
        ("a, b", "5,6", (("a", 5), ("b", 6))),
        (("a", "b"), [5, "6"], (("a", 5), ("b", 6))),
    ],
)
def test_several_hosts_in_credentials(host: Any, port: Any, expected: Any) -> None:
    target = credentials_target("db", {"host": host, "port": port, "database": "x"})
    assert (target.hosts, dict(target.options)) == (expected, {})


def test_hosts_and_ports_that_do_not_go_together() -> None:
    with pytest.raises(ConfigurationError, match="2 hosts and 3 ports"):
        credentials_target("db", {"host": "a,b", "port": "1,2,3"})


def test_a_driver_that_takes_one_host(driver: Any) -> None:
    for resolved in (
        lambda: resolve_url("recording+url://a,b/x"),
        lambda: resolve_credentials("recording+url", {"host": "a,b"}),
    ):
        with pytest.raises(ConfigurationError, match="one host, not 2"):
            resolved()


def test_every_option_of_the_pool_is_known_to_drivers(driver: Any) -> None:
    for name in POOL_OPTIONS:
        assert not split_options(driver, Target("recording+url", options={name: "1"}))[1].options


@pytest.mark.parametrize(
    ("rest", "database", "options"),
    [
        (":memory:", ":memory:", {}),
        ("/tmp/my%20file.db?a=1", "/tmp/my file.db", {"a": "1"}),
        ("relative.db", "relative.db", {}),
    ],
)
def test_paths(rest: str, database: str, options: dict[str, str]) -> None:
    target = path_target("file", rest)
    assert (target.database, dict(target.options)) == (database, options)


def test_a_path_is_needed() -> None:
    with pytest.raises(ConfigurationError, match="needs a path"):
        path_target("file", "")


@pytest.mark.parametrize("url", ["nonsense", "", "://x", "user:secret@host"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve_url(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("db://ann:secret@host/x", "db://ann:***@host/x"),
        ("db://ann:se:cr@et@host/x", "db://ann:***@host/x"),
        ("db://ann@host/x", "db://ann@host/x"),
        ("db://host/x", "db://host/x"),
        ("db://host/x?sslkey=k&sslpassword=secret&a=b", "db://host/x?sslkey=k&sslpassword=***&a=b"),
        ("file.db", "file.db"),
    ],
)
def test_hiding_the_password(url: str, shown: str) -> None:
    assert hide_password(url) == shown


@pytest.fixture
def driver() -> Any:
    driver = recording_driver(Recorder(), (1,))
    plugins.register_dialect(standard_dialect())
    plugins.register_driver("recording+url", "standard", driver)
    return driver


def test_credentials_say_the_same_as_a_url(driver: Any) -> None:
    credentials = {"host": "h", "port": "5", "user": "u", "password": "p:@", "database": "d", "maxsize": 3, "x": 1}
    _, found, target = resolve_credentials("some.backends.recording+url", credentials)
    assert found is driver
    assert target == Target("recording+url", "d", "h", 5, "u", "p:@", {"maxsize": 3, "x": 1})


@pytest.mark.parametrize("name", ["maxsize", "max_size"])
def test_pool_options_are_taken_out_of_the_url(driver: Any, name: str) -> None:
    _, _, target = resolve_url(f"recording+url://h/d?{name}=7&acquire_timeout=2.5&max_lifetime=none&other=1")
    options, rest = split_options(driver, target)
    assert (options.max_size, options.acquire_timeout, options.max_lifetime) == (7, 2.5, None)
    assert dict(rest.options) == {"other": "1"}


@pytest.mark.parametrize("option", ["maxsize=0", "maxsize=x", "minsize=-1", "acquire_timeout=soon"])
def test_pool_options_out_of_range(driver: Any, option: str) -> None:
    _, _, target = resolve_url(f"recording+url://h/d?{option}")
    with pytest.raises(ConfigurationError, match=option.split("=")[0]):
        split_options(driver, target)

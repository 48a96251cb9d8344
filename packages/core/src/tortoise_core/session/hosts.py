"""The hosts that a URL or credentials name: one, or several that are tried in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional, Union
from urllib.parse import unquote

from tortoise_core.base.errors import ConfigurationError

#: host and port; None for what is not said
Host = tuple[Optional[str], Optional[int]]


def hosts_of_url(text: str) -> tuple[Host, ...]:
    """The hosts of ``h1:1,h2:2``, percent-encoded, IPv6 addresses in brackets. Raises ConfigurationError."""
    return tuple([_host(part) for part in text.split(",")])


def _host(part: str) -> Host:
    if part.startswith("["):
        address, closed, rest = part[1:].partition("]")
        if not closed or rest[:1] not in ("", ":"):
            raise ConfigurationError(f"the address [{address} of a database URL has no end")
        return address, port_number(rest[1:])
    name, _, port = part.partition(":")
    return unquote(name) or None, port_number(port)


def port_number(port: Any) -> Optional[int]:
    """A port, None for an empty one. Raises ConfigurationError."""
    if port in (None, ""):
        return None
    try:
        number = int(port)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"port {port!r} is not a number") from error
    if not 0 <= number <= 65535:
        raise ConfigurationError(f"port {port!r} is no port: they go from 0 to 65535")
    return number


def hosts_of_options(host: Any, port: Any) -> tuple[Host, ...]:
    """The hosts of two credentials, each one value, a list, or text with commas; one port serves all hosts.

    Raises ConfigurationError.
    """
    hosts, ports = _listed(host), [port_number(one) for one in _listed(port)]
    if len(ports) not in (1, len(hosts)):
        raise ConfigurationError(f"{len(hosts)} hosts and {len(ports)} ports: give one port, or one for each host")
    return tuple(zip(hosts, ports * len(hosts) if len(ports) == 1 else ports))


def _listed(value: Union[str, int, Sequence[Any], None]) -> list[Any]:
    if isinstance(value, str) and "," in value:
        return [part.strip() or None for part in value.split(",")]
    return list(value) if isinstance(value, (list, tuple)) else [value]

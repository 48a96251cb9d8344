"""Addresses of hosts, networks and network cards: fields and lookups (manual, "Network Address Functions")."""

from __future__ import annotations

import re
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from typing import TYPE_CHECKING, Any, Literal, Optional, Union, overload

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.ast.operators import Infix, IsTrue
from tortoise_core.base.names import shown
from tortoise_core.base.timezone import Clock
from tortoise_core.plugins.types import TypeSupport
from tortoise_core.query.lookups import Build, Operand
from tortoise_core.query.scope import Term
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.described import either
from tortoise_core.schema.fitting import EQUALITY, ORDER
from tortoise_dialect_postgres.fields.enums import FACE
from tortoise_dialect_postgres.ranges.lookups import typed
from tortoise_dialect_postgres.sql_types import CidrType, InetType, MacAddrType

Host = Union[IPv4Address, IPv6Address, IPv4Interface, IPv6Interface]
Network = Union[IPv4Network, IPv6Network]

if TYPE_CHECKING:
    from typing_extensions import TypeVar, Unpack

    from tortoise_core.schema.fields.options import FieldOptions

    # what an attribute is unless null=True makes it an Optional
    HostT = TypeVar("HostT", default=Host)
    NetworkT = TypeVar("NetworkT", default=Network)
    Card = TypeVar("Card", default=str)
else:
    from typing import TypeVar

    HostT, NetworkT, Card = TypeVar("HostT"), TypeVar("NetworkT"), TypeVar("Card")

_ADDRESSES, _INTERFACES, _NETWORKS = (
    (IPv4Address, IPv6Address),
    (IPv4Interface, IPv6Interface),
    (IPv4Network, IPv6Network),
)
_MAC = re.compile(r"[0-9a-f]{12}")


class InetField(Field[HostT]):
    """The address of a host (``ipaddress.ip_address``), or of a host in a network (``ip_interface``), or text of one.

    Lookups: `net_contained`, `net_contained_or_equal`, `net_contains`, `net_contains_or_equals`, `net_overlaps` with a
    network or an address; parts: `host` (text), `family` (4 or 6), `prefixlen`.
    """

    __module__ = FACE
    field_type: Any = either(*_ADDRESSES, *_INTERFACES)

    @overload
    def __init__(self: InetField[Optional[Host]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]) -> None: ...

    @overload
    def __init__(self: InetField[Host], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return InetType()

    def convert(self, value: Any, clock: Clock) -> Host:
        if isinstance(value, _INTERFACES) or (isinstance(value, str) and "/" in value):
            return _host(ip_interface(value))
        if isinstance(value, (str, *_ADDRESSES)):
            return ip_address(value)
        if isinstance(value, _NETWORKS):
            return _host(ip_interface(str(value)))
        raise TypeError(f"{shown(value)} is no address")


def _host(value: Union[IPv4Interface, IPv6Interface]) -> Host:
    """An interface, or just its address where that is all of its network: the server knows no difference."""
    return value.ip if value.network.prefixlen == value.max_prefixlen else value


class CidrField(Field[NetworkT]):
    """A network (``ipaddress.ip_network``), or text of one, without bits right of its mask. Lookups as InetField."""

    __module__ = FACE
    field_type: Any = either(*_NETWORKS)

    @overload
    def __init__(
        self: CidrField[Optional[Network]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self: CidrField[Network], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return CidrType()

    def convert(self, value: Any, clock: Clock) -> Network:
        if not isinstance(value, (str, *_NETWORKS, *_ADDRESSES)):
            raise TypeError(f"{shown(value)} is no network")
        return ip_network(value)


class MacaddrField(Field[Card]):
    """The address of a network card, of 48 bits, as text: ``08:00:2b:01:02:03``, however it was written."""

    __module__ = FACE
    field_type: Any = str

    @overload
    def __init__(self: MacaddrField[Optional[str]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]) -> None: ...

    @overload
    def __init__(self: MacaddrField[str], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return MacAddrType()

    def convert(self, value: Any, clock: Clock) -> str:
        digits = re.sub(r"[:.\-]", "", value.strip().lower()) if isinstance(value, str) else ""
        if not _MAC.fullmatch(digits):
            raise ValueError(f"{shown(value)} is no address of 48 bits")
        return ":".join([digits[at : at + 2] for at in range(0, 12, 2)])


def net_test(operator: str) -> Build:
    """A lookup by an operator between two networks or addresses."""

    def test(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        right = typed(operand.value_of(InetField()), InetType())
        return IsTrue(Infix(operator, term.expression, right, types.Boolean()))

    return test


#: part -> (function, type of its result)
_PARTS: dict[str, tuple[str, types.SqlType]] = {
    "host": ("HOST", types.Text()),
    "family": ("FAMILY", types.Integer()),
    "prefixlen": ("MASKLEN", types.Integer()),
}


def net_part(term: Term, name: str) -> Optional[Term]:
    """What an address is made of."""
    found = _PARTS.get(name)
    return None if found is None else Term(ex.Function(found[0], (term.expression,), found[1]), None, term.aggregate)


LOOKUPS: dict[str, Build] = {
    "net_contained": net_test("<<"),
    "net_contained_or_equal": net_test("<<="),
    "net_contains": net_test(">>"),
    "net_contains_or_equals": net_test(">>="),
    "net_overlaps": net_test("&&"),
}
NETWORKS = TypeSupport(InetType, {}, LOOKUPS, EQUALITY + ORDER, net_part)
MAC_ADDRESSES = TypeSupport(MacAddrType, {}, {}, EQUALITY + ORDER)

"""Validators of what stands for a place in a network: IP addresses, domain names, URLs, mail addresses.

The sizes are those of RFC 1035 (labels of 63, names of 255), RFC 3696 (mail addresses of 320).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any, Callable, ClassVar, Optional

from tortoise_core.base.errors import ValidationError
from tortoise_core.schema.validating import Validator, text

#: characters beyond ASCII that names of hosts may have, as a range of a character class
UL = "\u00a1-\uffff"
#: the first label of a name
HOSTNAME_REGEX = rf"[a-z{UL}0-9](?:[a-z{UL}0-9-]{{0,61}}[a-z{UL}0-9])?"
#: further labels, each with the dot before it
DOMAIN_REGEX = rf"(?:\.(?!-)[a-z{UL}0-9-]{{1,63}}(?<!-))*"
#: the last label, with the dot before it
TLD_NO_FQDN_REGEX = rf"\.(?!-)(?:[a-z{UL}-]{{2,63}}|xn--[a-z0-9]{{1,59}})(?<!-)"
#: the same, with or without the dot that ends an absolute name
TLD_REGEX = TLD_NO_FQDN_REGEX + r"\.?"

#: a number below 256 without zeros before it
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"


def _ip_validator(name: str, *kinds: Callable[[str], object]) -> Callable[[Any], None]:
    def validate(value: Any) -> None:
        for kind in kinds if isinstance(value, str) else ():
            try:
                kind(value)
            except AddressValueError:
                continue
            return
        raise ValidationError(f"'{value}' is not a valid {name} address.")

    return validate


_ipv4, _ipv6 = _ip_validator("IPv4", IPv4Address), _ip_validator("IPv6", IPv6Address)
_ipv46 = _ip_validator("IPv4 or IPv6", IPv4Address, IPv6Address)


def validate_ipv4_address(value: Any) -> None:
    """Raise ValidationError unless `value` is an IPv4 address in four decimal parts."""
    _ipv4(value)


def validate_ipv6_address(value: Any) -> None:
    """Raise ValidationError unless `value` is an IPv6 address, without brackets."""
    _ipv6(value)


def validate_ipv46_address(value: Any) -> None:
    """Raise ValidationError unless `value` is an IP address of either version."""
    _ipv46(value)


class InvalidDomainName(ValidationError):
    """A text is no name of a domain."""

    def __init__(self) -> None:
        super().__init__("Invalid domain name")


class DomainNameValidator(Validator):
    """A name of at least two labels; `accept_idna` (default True) takes characters beyond ASCII too."""

    ASCII_ONLY_HOSTNAME_REGEX: ClassVar[str] = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    ASCII_ONLY_DOMAIN_REGEX: ClassVar[str] = r"(?:\.(?!-)[a-zA-Z0-9-]{1,63}(?<!-))*"
    ASCII_ONLY_TLD_REGEX: ClassVar[str] = r"\.(?!-)[a-zA-Z0-9-]{2,63}(?<!-)\.?"
    MAX_DOMAIN_LENGTH: ClassVar[int] = 255

    def __init__(self, accept_idna: bool = True) -> None:
        self.accept_idna = accept_idna
        ascii_only = self.ASCII_ONLY_HOSTNAME_REGEX + self.ASCII_ONLY_DOMAIN_REGEX + self.ASCII_ONLY_TLD_REGEX
        name = HOSTNAME_REGEX + DOMAIN_REGEX + TLD_REGEX if accept_idna else ascii_only
        self.regex = re.compile(name, re.IGNORECASE)

    def __call__(self, value: Any) -> None:
        name = text(value)
        if len(name) > self.MAX_DOMAIN_LENGTH or not self.regex.fullmatch(name):
            raise InvalidDomainName
        if not self.accept_idna and not name.isascii():
            raise InvalidDomainName


class InvalidURL(ValidationError):
    """A text is no URL."""

    def __init__(self, message: str = "Invalid URL") -> None:
        super().__init__(message)


class InvalidScheme(InvalidURL):
    """A URL of a scheme that is not allowed."""

    def __init__(self, scheme: str) -> None:
        super().__init__(f"Invalid scheme: {scheme} is not allowed")


class URLValidator(Validator):
    """A URL with a host, of one of `allowed_schemes` (default: http, https, ftp, ftps; in lower case)."""

    IPV4_REGEX: ClassVar[str] = rf"{_BYTE}(?:\.{_BYTE}){{3}}"
    SIMPLE_IPV6_REGEX: ClassVar[str] = r"\[[0-9a-f:.]+\]"
    ADVANCED_IPV6_REGEX: ClassVar[str] = r"^\[(.+)\](?::[0-9]{1,5})?$"
    HOST_REGEX: ClassVar[str] = rf"(?:{HOSTNAME_REGEX}{DOMAIN_REGEX}{TLD_REGEX}|localhost)"
    URL_REGEX: ClassVar[str] = (
        r"(?P<scheme>[a-z0-9.+-]*)://"
        r"(?:[^\s:@/]+(?::[^\s:@/]*)?@)?"
        rf"(?P<host>{IPV4_REGEX}|{SIMPLE_IPV6_REGEX}|{HOST_REGEX})"
        r"(?::[0-9]{1,5})?"
        r"(?:[/?#]\S*)?"
    )
    UNSAFE_CHARS: ClassVar[frozenset[str]] = frozenset("\t\r\n")
    MAX_URL_LENGTH: ClassVar[int] = 2048
    MAX_HOSTNAME_LENGTH: ClassVar[int] = 253
    DEFAULT_SCHEMES: ClassVar[tuple[str, ...]] = ("http", "https", "ftp", "ftps")

    def __init__(self, allowed_schemes: Optional[Iterable[str]] = None) -> None:
        self.allowed_schemes = frozenset(self.DEFAULT_SCHEMES if allowed_schemes is None else allowed_schemes)
        self.regex = re.compile(self.URL_REGEX, re.IGNORECASE)

    def __call__(self, value: Any) -> None:
        url = text(value)
        if len(url) > self.MAX_URL_LENGTH or self.UNSAFE_CHARS.intersection(url):
            raise InvalidURL
        scheme = url.partition(":")[0].lower() if ":" in url else ""
        if scheme not in self.allowed_schemes:
            raise InvalidScheme(scheme)
        found = self.regex.fullmatch(url)
        if found is None or len(found["host"]) > self.MAX_HOSTNAME_LENGTH:
            raise InvalidURL
        if found["host"].startswith("["):
            self._check_ipv6(found["host"][1:-1])

    def _check_ipv6(self, address: str) -> None:
        try:
            validate_ipv6_address(address)
        except ValidationError as error:
            raise InvalidURL from error


class InvalidEmailAddress(ValidationError):
    """A text is no mail address."""

    def __init__(self) -> None:
        super().__init__("Invalid email address")


class EmailValidator(Validator):
    """A mail address. `allowed_domains` are taken as they are, whatever they look like, and no others then."""

    MAX_EMAIL_LENGTH: ClassVar[int] = 320
    #: words with dots between them, or text in quotes
    USER_REGEX: ClassVar[str] = (
        r"(?:[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*"
        r'|"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-\[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*")'
    )
    LITERAL_REGEX: ClassVar[str] = r"\[([A-F0-9:.]+)\]\Z"
    DOMAIN_REGEX: ClassVar[str] = HOSTNAME_REGEX + DOMAIN_REGEX + TLD_NO_FQDN_REGEX

    def __init__(self, allowed_domains: Optional[Iterable[str]] = None) -> None:
        self.allowed_domains = None if allowed_domains is None else frozenset(allowed_domains)
        self.user = re.compile(self.USER_REGEX, re.IGNORECASE)
        self.domain = re.compile(self.DOMAIN_REGEX, re.IGNORECASE)
        self.address = re.compile(self.LITERAL_REGEX, re.IGNORECASE)

    def __call__(self, value: Any) -> None:
        user, at, domain = text(value).rpartition("@")
        if not at or len(value) > self.MAX_EMAIL_LENGTH or not self.user.fullmatch(user):
            raise InvalidEmailAddress
        known = self._is_domain(domain) if self.allowed_domains is None else domain in self.allowed_domains
        if not known:
            raise InvalidEmailAddress

    def _is_domain(self, domain: str) -> bool:
        if self.domain.fullmatch(domain):
            return True
        found = self.address.match(domain)
        if found is None:
            return False
        try:
            validate_ipv46_address(found[1])
        except ValidationError:
            return False
        return True


validate_domain_name = DomainNameValidator()
validate_url = URLValidator()
validate_email = EmailValidator()

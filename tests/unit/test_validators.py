"""Validators: what they accept and what they refuse, and how they say so."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from tortoise.exceptions import ConfigurationError, ValidationError
from tortoise.validators import (
    CommaSeparatedIntegerListValidator,
    DomainNameValidator,
    EmailValidator,
    InvalidDomainName,
    InvalidEmailAddress,
    InvalidScheme,
    InvalidURL,
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    RegexValidator,
    URLValidator,
    Validator,
    validate_domain_name,
    validate_email,
    validate_ipv4_address,
    validate_ipv6_address,
    validate_ipv46_address,
    validate_url,
)


class Table(NamedTuple):
    """A validator, and values that it accepts and refuses."""

    validator: Any
    accepted: tuple[Any, ...]
    refused: tuple[Any, ...]


#: names of hosts and addresses at the limits of their sizes
LABEL = "a" * 63
TABLES: dict[str, Table] = {
    "domain": Table(
        validate_domain_name,
        (
            "example.com", "www.example.com", "a.bc", "ex-ample.com", "example.com.", "EXAMPLE.COM", "例え.jp",
            "münchen.de", "xn--mnchen-3ya.de", "example.xn--p1ai", "123.com", "ple.com", "foo.bar.baz.qux",
            "example.technology", "пример.рф", "a--b.com", "a---b.co.uk", "ＥＸＡＭＰＬＥ.com", "é.com", "ß.de",
            "0.com", "0-0.com", "a.museum", "a.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ñandú.cl", "faß.de",
        ),
        (
            "localhost", "a", "a.b", "-example.com", "example-.com", "exa_mple.com", ".example.com", "example..com",
            "example.123", "1.2.3.4", "a.1", "[::1]", "exam", "example.com/", "example.c", "example.co1",
            "example.-co", "example.co-", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", "",
            "\texample.com", "example.com\n", "a.b.c.d.e.f.g.h.i", "ex@mple.com", "example.com:80", "*",
            "*.example.com", "--a.com", "example.com-", "under_score.org",
            "a.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", None, 5, b'x', ['a'], 1.5,
        ),
    ),
    "domain_ascii": Table(
        DomainNameValidator(accept_idna=False),
        (
            "example.com", "www.example.com", "a.bc", "ex-ample.com", "example.com.", "EXAMPLE.COM",
            "xn--mnchen-3ya.de", "example.xn--p1ai", "example.123", "123.com", "ple.com", "example.co1",
            "foo.bar.baz.qux", "example.technology", "a--b.com", "a---b.co.uk", "0.com", "0.com", "0-0.com", "a.museum",
            "a.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        (
            "localhost", "a", "a.b", "-example.com", "example-.com", "exa_mple.com", ".example.com", "example..com",
            "例え.jp", "münchen.de", "1.2.3.4", "a.1", "[::1]", "exam", "example.com/", "example.c", "example.-co",
            "example.co-", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", "",
            "\texample.com", "example.com\n", "a.b.c.d.e.f.g.h.i", "пример.рф", "ex@mple.com", "example.com:80", "*",
            "*.example.com", "--a.com", "example.com-", "ＥＸＡＭＰＬＥ.com", "é.com", "ß.de", "under_score.org",
            "a.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ñandú.cl", "faß.de", None, 5, b'x',
            ['a'], 1.5,
        ),
    ),
    "url": Table(
        validate_url,
        (
            "http://example.com", "https://example.com", "ftp://example.com", "ftps://example.com",
            "http://localhost", "http://localhost:8000", "http://example.com:80/path", "http://example.com:99999",
            "http://example.com:0", "http://user:pass@example.com", "http://user@example.com",
            "http://user:@example.com", "http://1.2.3.4", "http://1.2.3.4:8080/a", "http://0.0.0.0", "http://[::1]",
            "http://[::1]:80/", "http://[2001:db8::1]/x", "http://[::ffff:1.2.3.4]", "HTTP://EXAMPLE.COM",
            "Http://Example.com", "http://example.co", "http://example.com.", "http://例え.jp", "http://münchen.de",
            "http://xn--mnchen-3ya.de", "http://example.com/a?b=c#d", "http://example.com?b=c",
            "http://example.com#d", "http://example.com/ä", "http://foo.bar?q=ok", "http://a.b--c.de/",
            "http://www.foo.bar./", "http://10.1.1.1", "http://224.1.1.1", "http://example.com:443",
            "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", "https://a.technology/",
            "http://user%20x:p@a.com", "http://foo.com/blah_(wikipedia)#cite-1", "http://✪df.ws/123",
            "http://userid:password@example.com:8080/", "http://142.42.1.1/", "http://➡.ws/䨹", "http://⌘.ws",
            "http://☺.damowmow.com/", "http://j.mp", "http://उदाहरण.परीक्षा", "http://1337.net", "http://a.b-c.de",
            "http://0.0.0.0:80", "http://example.com:65535", "http://example.com:65536", "http://[::1]:99999",
            "http://example.com/[x]", "http://localhost.localdomain", "http://www.example.com:80?",
            "http://example.com/?q=%zz",
        ),
        (
            "sftp://example.com", "http://example.com:", "http://example.com:abc", "http://us:er:pass@example.com",
            "http://@example.com", "http://256.1.1.1", "http://1.2.3", "http://01.2.3.4", "http://[::g]",
            "http://[1.2.3.4]", "http://[::1", "http://::1", "http:///example.com", "http:/example.com",
            "http:example.com", "//example.com", "example.com", "http://example", "http://example.c",
            "http://-example.com", "http://example-.com", "http://exa_mple.com", "http://.example.com",
            "http://example..com", "http://exa\tmple.com", "http://example.com/\n", "http://example.com\r",
            "javascript:alert(1)", "mailto:a@b.de", "file:///etc/passwd", "http://", "http://?", "http://??",
            "http://#", "http://.", "http://..", "http://../", "http://##/", "http://3628126748", "http://1.1.1.1.1",
            "http://123.123.123", "rdar://1234", "h://test", "ws://example.com", "gopher://x.com",
            "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", "http://a/b@c.com",
            "http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com", "http://example.com:123456",
            "http://[fe80::1%25eth0]/", "http://[v1.x]/", "", "http://a.b.c.d", "http://foo", "http://localhost.",
            None, 5, b'x', ['a'], 1.5,
        ),
    ),
    "url_ftp": Table(
        URLValidator(["ftp"]),
        (
            "ftp://example.com",
        ),
        (
            "http://example.com", "https://example.com", "ftps://example.com", "sftp://example.com",
            "http://localhost", "http://localhost:8000", "http://example.com:80/path", "http://example.com:99999",
            "http://example.com:0", "http://example.com:", "http://example.com:abc", None, 5, b'x', ['a'], 1.5,
        ),
    ),
    "email": Table(
        validate_email,
        (
            "a@b.co", "user@example.com", "user.name@example.com", "user+tag@example.com", "user@sub.example.com",
            '"user"@example.com', "user@[1.2.3.4]", "user@[::1]", "user@例え.jp", "user@münchen.de",
            "!#$%&'*+-/=?^_`{|}~@example.com",
            "a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", "a@xn--mnchen-3ya.de",
            "USER@EXAMPLE.COM", "user@EXAMPLE.com", '"a\\"b"@example.com', '"a\\\\"@x.de', "user@exa.mple.museum",
            "user@[2001:db8::1]", "a@b.c-d",
        ),
        (
            "a@b", "a@localhost", ".user@example.com", "user.@example.com", "us..er@example.com", '"us',
            'er"@example.com', "user@-example.com", "user@example-.com", "user@exa_mple.com", "user@example.c",
            "user@[IPv6:::1]", "user@[256.1.1.1]", "user@1.2.3.4", "user@", "@example.com", "user",
            "user@@example.com", "us@er@example.com", "user@example.com.", "üser@example.com", "user@example.com\n",
            "user@exa\tmple.com", "a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com",
            "user@.com", "user@com", "user@example..com", "us(er)@example.com", "us,er@example.com",
            "user@example.com,x@y.de", "user@[IPv6:fe80::1]", "user@example.123", "us\x00er@example.com",
            "user@example.co1", "user@technology", "", '"@x.de', "a@b.-cd", "x@y.zz-", None, 5, b'x', ['a'], 1.5,
        ),
    ),
    "email_allowed": Table(
        EmailValidator(["localhost", "b", "exa_mple.com"]),
        (
            "a@b", "a@localhost", "user@exa_mple.com",
        ),
        (
            "a@b.co", "user@example.com", "user.name@example.com", "user+tag@example.com", "user@sub.example.com",
            ".user@example.com", "user.@example.com", "us..er@example.com", '"user"@example.com', '"us',
            'er"@example.com', "user@-example.com", "user@example-.com", "user@example.c", "user@[1.2.3.4]",
            "user@[::1]", "user@[IPv6:::1]", "user@[256.1.1.1]", "user@1.2.3.4", "user@", "@example.com", "user",
            "user@@example.com", "us@er@example.com", "user@example.com.", "user@例え.jp", "üser@example.com",
            "user@münchen.de", "user@example.com\n", "user@exa\tmple.com", "!#$%&'*+-/=?^_`{|}~@example.com",
            "a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com",
            "a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com", "a@xn--mnchen-3ya.de",
            "USER@EXAMPLE.COM", "user@EXAMPLE.com", "user@.com", "user@com", "user@example..com",
            "us(er)@example.com", "us,er@example.com", "user@example.com,x@y.de", '"a\\"b"@example.com',
            '"a\\\\"@x.de', "user@[IPv6:fe80::1]", "user@example.123", "us\x00er@example.com", "user@example.co1",
            "user@technology", "user@exa.mple.museum", "", '"@x.de', "user@[2001:db8::1]", "a@b.c-d", "a@b.-cd",
            "x@y.zz-", None, 5, b'x', ['a'], 1.5,
        ),
    ),
    "ip4": Table(
        validate_ipv4_address,
        (
            "1.2.3.4", "0.0.0.0", "255.255.255.255",
        ),
        (
            "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.04", "::1", "::", "2001:db8::1", "2001:db8::1::2",
            "::ffff:1.2.3.4", "fe80::1%eth0", "[::1]", "g::1", "1", "", "x", "1.2.3.4/8", "::1/128", "1.2.3.4\n",
            "12345::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "١.٢.٣.٤", "1.2.3.-4", "0x1.2.3.4", None, 5, b'x',
            ['a'], 1.5,
        ),
    ),
    "ip6": Table(
        validate_ipv6_address,
        (
            "::1", "::", "2001:db8::1", "::ffff:1.2.3.4", "fe80::1%eth0", "1:2:3:4:5:6:7:8",
        ),
        (
            "1.2.3.4", "0.0.0.0", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.04",
            "2001:db8::1::2", "[::1]", "g::1", "1", "", "x", "1.2.3.4/8", "::1/128", "1.2.3.4\n", "12345::1",
            "1:2:3:4:5:6:7:8:9", "١.٢.٣.٤", "1.2.3.-4", "0x1.2.3.4", None, 5, b'x', ['a'], 1.5,
        ),
    ),
    "ip46": Table(
        validate_ipv46_address,
        (
            "1.2.3.4", "0.0.0.0", "255.255.255.255", "::1", "::", "2001:db8::1", "::ffff:1.2.3.4", "fe80::1%eth0",
            "1:2:3:4:5:6:7:8",
        ),
        (
            "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.04", "2001:db8::1::2", "[::1]", "g::1", "1", "",
            "x", "1.2.3.4/8", "::1/128", "1.2.3.4\n", "12345::1", "1:2:3:4:5:6:7:8:9", "١.٢.٣.٤", "1.2.3.-4",
            "0x1.2.3.4", None, 5, b'x', ['a'], 1.5,
        ),
    ),
    "list": Table(
        CommaSeparatedIntegerListValidator(),
        (
            "1", "1,2", "1,2,3", "١,٢", "01,02",
        ),
        (
            ",1", "1,", "1,,2", "a", "1,a", "-1", "1,-2", "--1", "1.5", "", "1\n", "+1", "1,2-3", "-", "1,-", ",",
            "1, 2", " 1", "1 ,2", None, 5, b'x', ['a'], 1.5,
        ),
    ),
    "list_neg": Table(
        CommaSeparatedIntegerListValidator(allow_negative=True),
        (
            "1", "1,2", "1,2,3", "-1", "1,-2", "١,٢", "01,02",
        ),
        (
            ",1", "1,", "1,,2", "a", "1,a", "--1", "1.5", "", "1\n", "+1", "1,2-3", "-", "1,-", ",", "1, 2", " 1",
            "1 ,2", None, 5, b'x', ['a'], 1.5,
        ),
    ),
    "regex": Table(RegexValidator("abc.+", re.IGNORECASE), ("abcd", "ABCD"), ("xabcd", "abc", "", 5, None)),
    "max_length": Table(MaxLengthValidator(3), ("abc", "", [1, 2]), ("abcd", [1, 2, 3, 4], None, 5, b"abcd")),
    "min_length": Table(MinLengthValidator(3), ("abc", [1, 2, 3]), ("ab", "", [1], None, 5)),
    "min_value": Table(MinValueValidator(3), (3, 4, Decimal(3), 3.5), (2, 2.9, Decimal(2), "x", None, math.nan)),
    "max_value": Table(MaxValueValidator(3), (3, 2, Decimal(3), -1.5), (4, 3.1, Decimal(4), "x", None, math.nan)),
    "exact": Table(MinValueValidator(Decimal("1.5")), (1.5, 2), (1, Decimal("1.49"))),
    "sizes": Table(
        validate_domain_name, (f"{LABEL}.com", f"a.{LABEL}"), (f"{LABEL}a.com", f"a.{LABEL}a", f"{LABEL}." * 4 + "com")
    ),
    "url sizes": Table(
        validate_url,
        (f"http://{LABEL}.com", "http://a.de/" + "x" * 2036),
        (f"http://{LABEL}a.com", "http://a.de/" + "x" * 2037, f"http://{'a.' * 126}de/"),
    ),
    "email sizes": Table(
        validate_email, ("u" * 315 + "@a.de", f"u@{LABEL}.de"), ("u" * 316 + "@a.de", f"u@{LABEL}a.de")
    ),
}  # fmt: skip
ACCEPTED = [pytest.param(t.validator, v, id=f"{k}-{at}") for k, t in TABLES.items() for at, v in enumerate(t.accepted)]
REFUSED = [pytest.param(t.validator, v, id=f"{k}-{at}") for k, t in TABLES.items() for at, v in enumerate(t.refused)]


@pytest.mark.parametrize(("validator", "value"), ACCEPTED)
def test_accepted(validator: Any, value: Any) -> None:
    assert validator(value) is None


@pytest.mark.parametrize(("validator", "value"), REFUSED)
def test_refused(validator: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        validator(value)


def test_the_kind_of_error_tells_what_was_wrong() -> None:
    for validator, value, kind, message in (
        (validate_domain_name, "a", InvalidDomainName, "Invalid domain name"),
        (validate_url, "http://a", InvalidURL, "Invalid URL"),
        (validate_url, "smtp://a.de", InvalidScheme, "Invalid scheme: smtp is not allowed"),
        (validate_email, "a", InvalidEmailAddress, "Invalid email address"),
        (validate_ipv4_address, "::1", ValidationError, "'::1' is not a valid IPv4 address."),
        (MaxLengthValidator(3), "abcd", ValidationError, "Length of 'abcd' 4 > 3"),
        (MinValueValidator(3), 2, ValidationError, "Value should be greater or equal to 3"),
    ):
        with pytest.raises(kind) as caught:
            validator(value)  # type: ignore[operator]  # of one row
        assert type(caught.value) is kind
        assert str(caught.value) == message
    assert issubclass(InvalidScheme, InvalidURL)


def test_arguments_are_checked() -> None:
    for bad in ("x", None):
        with pytest.raises(ValidationError, match="numeric"):
            MinValueValidator(bad)  # type: ignore[arg-type]  # which is the point
        with pytest.raises(ValidationError, match="numeric"):
            MaxValueValidator(bad)  # type: ignore[arg-type]  # which is the point
    with pytest.raises(ConfigurationError, match="regular expression"):
        RegexValidator("(", 0)
    with pytest.raises(TypeError):
        Validator()  # type: ignore[abstract]  # which is the point

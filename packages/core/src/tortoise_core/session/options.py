"""The pool options that a URL may carry, taken out before the driver sees the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.driver import Driver, Target
from tortoise_core.session.pool import PoolOptions

#: spelling in a URL -> option; with the names below they are `POOL_OPTIONS` of the seam
SIZES = {"minsize": "min_size", "min_size": "min_size", "maxsize": "max_size", "max_size": "max_size"}
#: the same of a pool that calls it otherwise, where 0 stands for no limit
ZERO_IS_NEVER = {"max_inactive_connection_lifetime": "max_inactive"}
#: arguments of the client classes of former versions, which have nothing to act on
PASSED_OVER = ("connection_name", "fetch_inserted")
USES = "max_uses"
SECONDS = ("acquire_timeout", "max_lifetime", "idle_timeout", "connect_timeout", "heal_timeout")


def split_options(driver: Driver, target: Target) -> tuple[PoolOptions, Target]:
    """(pool options, target with the options that are left). Raises ConfigurationError."""
    minimum, maximum = driver.pool_size(target)
    values: dict[str, Any] = {"min_size": minimum, "max_size": maximum}
    rest: dict[str, Any] = {}
    for given, value in target.options.items():
        name = driver.pool_synonyms.get(given, given)
        if name in SIZES:
            values[SIZES[name]] = _number(given, value, int)
        elif name in SECONDS:
            values[name] = _seconds(given, value)
        elif name == USES:
            values[name] = _number(given, value, int)
        elif name in PASSED_OVER:
            continue
        elif name in ZERO_IS_NEVER:
            values[ZERO_IS_NEVER[name]] = _seconds(given, value) or None
        else:
            rest[name] = value
    if maximum == 1:
        # one session is all that can see such a database, whatever the URL asks for
        values["min_size"] = values["max_size"] = 1
        values.update(idle_timeout=None, max_lifetime=None, max_inactive=None, max_uses=None)
    values["min_size"] = min(values["min_size"], values["max_size"])
    return PoolOptions(**values), replace(target, options=rest)


def _seconds(name: str, value: Any) -> Optional[float]:
    if value is None or str(value).lower() in ("none", ""):
        return None
    return float(_number(name, value, float))


def _number(name: str, value: Any, kind: type) -> Any:
    try:
        number = kind(value)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"option {name}={value!r} is not a number") from error
    if number < 0 or (name in SIZES and SIZES[name] == "max_size" and number < 1):
        raise ConfigurationError(f"option {name}={value!r} is out of range")
    return number

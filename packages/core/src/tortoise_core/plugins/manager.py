"""Dialects, drivers and plugins: found by entry point, or registered by hand.

Entry points are scanned once per process, and only what a connection needs is loaded. Groups:
``tortoise.dialects`` (a module with `dialect`), ``tortoise.drivers`` (names are URL schemes and
``dialect+driver``; a module with `driver` and `dialect_name`) and ``tortoise.plugins`` (anything else).
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, Union, cast

import pluggy

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.dialect.driver import Driver
from tortoise_core.dialect.interface import API_VERSION, Dialect

hookspec = pluggy.HookspecMarker("tortoise")
hookimpl = pluggy.HookimplMarker("tortoise")

GROUPS = ("tortoise.dialects", "tortoise.drivers", "tortoise.plugins")


class Plugins:
    """All that is registered in this process."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager("tortoise")
        self._dialects: dict[str, Dialect] = {}
        self._drivers: dict[str, tuple[str, Driver]] = {}
        self._scanned: dict[str, dict[str, EntryPoint]] = {}
        self._plugins_loaded = False

    @property
    def hook(self) -> Any:
        """The hook callers. Loads the general plugins on first use."""
        if not self._plugins_loaded:
            self._plugins_loaded = True
            for entry in self._entries("tortoise.plugins").values():
                self.register(entry.load(), entry.name)
        return self.manager.hook

    def add_hookspecs(self, module_or_class: Union[ModuleType, type]) -> None:
        """Make the specs that stand beside a caller known."""
        self.manager.add_hookspecs(module_or_class)

    def register(self, plugin: object, name: str) -> None:
        """Add a plugin. ConfigurationError if it was written for another interface version."""
        check_api_version(plugin, name)
        if not self.manager.is_registered(plugin):
            self.manager.register(plugin, name)

    def unregister(self, plugin: object) -> None:
        """Take a plugin out again."""
        self.manager.unregister(plugin)

    def register_dialect(self, dialect: Dialect) -> None:
        """Make a dialect known by its name, in place of any entry point of that name."""
        check_api_version(dialect, dialect.name)
        self._dialects[dialect.name] = dialect

    def register_driver(self, scheme: str, dialect_name: str, driver: Driver) -> None:
        """Make `scheme` open connections of `dialect_name` through `driver`."""
        self._drivers[scheme] = (dialect_name, driver)

    def dialect(self, name: str) -> Dialect:
        """The dialect called `name`. ConfigurationError says what to install if there is none."""
        if name not in self._dialects:
            module = self._load("tortoise.dialects", name, f"no dialect {name!r} is installed")
            self.register(module, f"dialect {name}")
            self.register_dialect(cast(Dialect, module.dialect))
        return self._dialects[name]

    def driver(self, scheme: str) -> tuple[Dialect, Driver]:
        """The dialect and driver that a URL scheme chooses. ConfigurationError as for `dialect`."""
        if scheme not in self._drivers:
            module = self._load("tortoise.drivers", scheme, f"nothing installed opens {scheme}:// URLs")
            self.register_driver(scheme, module.dialect_name, module.driver)
        dialect_name, driver = self._drivers[scheme]
        return self.dialect(dialect_name), driver

    def installed_dialects(self) -> list[str]:
        """Names of all dialects that could be used now."""
        return sorted({*self._dialects, *self._entries("tortoise.dialects")})

    def schemes(self) -> list[str]:
        """All URL schemes that could be used now."""
        return sorted({*self._drivers, *self._entries("tortoise.drivers")})

    def _load(self, group: str, name: str, problem: str) -> ModuleType:
        entry = self._entries(group).get(name)
        if entry is None:
            known = self._entries(group)
            raise ConfigurationError(f"{problem}. {install_hint(name)}{did_you_mean(name, known)}")
        try:
            return cast(ModuleType, entry.load())
        except ModuleNotFoundError as error:
            # an extra that was not asked for; what is missing in a distribution of its own is a fault of that one
            if (error.name or "").partition(".")[0] == entry.value.partition(".")[0]:
                raise
            raise ConfigurationError(f"{name} needs the library {error.name!r}. {install_hint(name)}") from error

    def _entries(self, group: str) -> dict[str, EntryPoint]:
        if not self._scanned:
            self._scanned = _scan()
        return self._scanned[group]


def _scan() -> dict[str, dict[str, EntryPoint]]:
    # one walk over the distributions for all groups: it reads a file of each
    installed = entry_points()
    if sys.version_info >= (3, 10):
        return {group: {entry.name: entry for entry in installed.select(group=group)} for group in GROUPS}
    return {group: {entry.name: entry for entry in installed.get(group, ())} for group in GROUPS}


def install_hint(name: str) -> str:
    """What to install for a dialect or scheme, from the extras that the installed distributions offer."""
    from importlib.metadata import PackageNotFoundError, metadata

    # of dialect+driver the latter brings the former along
    wanted = name.split("+")[::-1]
    for distribution in ("tortoise-orm", "tortoise-core"):
        try:
            extras = metadata(distribution).get_all("Provides-Extra") or []
        except PackageNotFoundError:
            continue
        for extra in wanted:
            if extra in extras:
                return f'Install it with: pip install "{distribution}[{extra}]".'
        if extras:
            one_of = ", ".join(sorted(extras))
            return f'Install one with: pip install "{distribution}[EXTRA]", EXTRA being one of {one_of}.'
    return "Install a dialect distribution for it."


def check_api_version(plugin: object, name: str) -> None:
    """Refuse a plugin that states another interface version than this one."""
    stated = getattr(plugin, "api_version", API_VERSION)
    if stated != API_VERSION:
        raise ConfigurationError(
            f"plugin {name!r} was written for interface version {stated}; this engine has version {API_VERSION}"
        )


#: the plugins of this process
plugins = Plugins()

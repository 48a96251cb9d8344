"""Finding dialects and drivers, and what is said when there are none."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.interface import API_VERSION
from tortoise_core.plugins import manager
from tortoise_core.plugins.manager import Plugins, install_hint
from tortoise_testkit.recording import Recorder, recording_driver
from tortoise_testkit.standard import standard_dialect


class Entry:
    """An entry point, as the metadata of an installed distribution would give it."""

    def __init__(self, name: str, module: Any) -> None:
        self.name, self.module, self.loads = name, module, 0

    def load(self) -> Any:
        self.loads += 1
        return self.module


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Entry]]:
    """The entry points that are there, by group; and what was scanned, under "scans"."""
    groups: dict[str, Any] = {group: [] for group in manager.GROUPS}
    groups["scans"] = []

    def scan() -> Any:
        groups["scans"].append("all")
        return {group: {entry.name: entry for entry in groups[group]} for group in manager.GROUPS}

    monkeypatch.setattr(manager, "_scan", scan)
    return groups


def test_a_scheme_chooses_dialect_and_driver(installed: Any) -> None:
    dialect, driver = standard_dialect("zebra"), recording_driver(Recorder(), (1,))
    installed["tortoise.dialects"] = [Entry("zebra", SimpleNamespace(dialect=dialect))]
    installed["tortoise.drivers"] = [
        Entry(name, SimpleNamespace(driver=driver, dialect_name="zebra")) for name in ("zebra", "zebra+rec")
    ]
    plugins = Plugins()
    assert plugins.schemes() == ["zebra", "zebra+rec"]
    assert plugins.driver("zebra+rec") == (dialect, driver)
    assert plugins.installed_dialects() == ["zebra"]


def test_entry_points_are_scanned_once_and_loaded_when_needed(installed: Any) -> None:
    entries = [Entry(name, SimpleNamespace(dialect=standard_dialect(name))) for name in ("one", "two")]
    installed["tortoise.dialects"] = entries
    plugins = Plugins()
    for _ in range(3):
        plugins.dialect("two")
        plugins.installed_dialects()
    assert [entry.loads for entry in entries] == [0, 1]
    assert installed["scans"] == ["all"]


def test_general_plugins_are_loaded_with_the_first_hook(installed: Any) -> None:
    entry = Entry("extra", SimpleNamespace())
    installed["tortoise.plugins"] = [entry]
    plugins = Plugins()
    assert entry.loads == 0
    plugins.hook
    plugins.hook
    assert entry.loads == 1


def test_without_any_dialect_the_error_names_what_to_install(installed: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Plugins().driver("sqlite")
    text = str(caught.value)
    assert "sqlite://" in text and 'pip install "tortoise-' in text and "[sqlite]" in text


def test_a_scheme_that_nobody_offers_lists_the_extras(installed: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"\[EXTRA\]"):
        Plugins().driver("nosuchthing")


def test_a_slip_of_the_pen_is_recognised(installed: Any) -> None:
    installed["tortoise.drivers"] = [Entry("zebra", SimpleNamespace())]
    with pytest.raises(ConfigurationError, match='Did you mean "zebra"'):
        Plugins().driver("zerba")


def test_hints_come_from_metadata_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata as metadata

    def none_there(name: str) -> Any:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "metadata", none_there)
    assert install_hint("anything") == "Install a dialect distribution for it."


@pytest.mark.parametrize("stated", [API_VERSION - 1, API_VERSION + 1])
def test_another_interface_version_is_refused_with_both_numbers(stated: int) -> None:
    plugin = SimpleNamespace(api_version=stated)
    with pytest.raises(ConfigurationError) as caught:
        Plugins().register(plugin, "old friend")
    assert f"version {stated}" in str(caught.value) and f"version {API_VERSION}" in str(caught.value)
    assert "old friend" in str(caught.value)


def test_a_dialect_states_its_version_too(installed: Any) -> None:
    dialect = replace(standard_dialect("zebra"), api_version=99)
    installed["tortoise.dialects"] = [Entry("zebra", SimpleNamespace(dialect=dialect))]
    with pytest.raises(ConfigurationError, match="version 99"):
        Plugins().dialect("zebra")


def test_hook_signatures_are_checked_when_a_plugin_is_registered() -> None:
    import pluggy

    from tortoise_core.plugins.manager import plugins
    from tortoise_core.session.connection import SessionHooks

    class Wrong:
        @manager.hookimpl
        def tortoise_statement_listener(self, nonsense: str) -> None: ...

    plugin = Wrong()
    assert hasattr(SessionHooks, "tortoise_statement_listener")
    try:
        with pytest.raises(pluggy.PluginValidationError):
            plugins.register(plugin, "wrong")
    finally:
        if plugins.manager.is_registered(plugin):
            plugins.unregister(plugin)

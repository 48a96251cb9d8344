"""Every public name of tortoise-orm 1.1.9 is here, takes the same arguments, and has the same members.

Read off both packages as they run. What is missing stands in `surface.py`, frozen, with its reason; the test fails
for a name that is missing without one, and for one that has come back.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from compat_models import Author
from surface import (
    EXCEPTIONS,
    FUNCTION_ATTRIBUTES,
    IMPORTED,
    INSTANCE_ATTRIBUTES,
    LATER,
    MODULES,
    OBJECTS,
    missing_reason,
)

from tortoise.context import TortoiseContext
from tortoise.functions import Count

HERE = Path(__file__).parent
Surface = dict[str, Any]


def _read(python: str) -> dict[str, Surface]:
    command = [python, str(HERE / "read_surface.py"), *MODULES]
    found: dict[str, Surface] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


@pytest.fixture(scope="session")
def surfaces(reference: str) -> tuple[dict[str, Surface], dict[str, Surface]]:
    return _read(reference), _read(sys.executable)


def _own(module: str, names: Surface) -> Iterator[str]:
    """The names that are the module's own, not what it imports."""
    for name, entry in names.items():
        wanted = name in OBJECTS.get(module, ())
        if wanted or (entry["kind"] != "object" and entry["from"] == module):
            yield name


def _accepts(theirs: Any, ours: Any) -> bool:
    """True if a call that fits `theirs`, a list of parameters, fits `ours`."""
    if theirs is None or ours is None:
        return True
    names = {name: (kind, optional) for name, kind, optional in ours}
    kinds = {kind for _, kind, _ in ours}
    place = 0
    for name, kind, optional in theirs:
        if kind in ("VAR_POSITIONAL", "VAR_KEYWORD"):
            if kind not in kinds:
                return False
            continue
        swallowed = "VAR_KEYWORD" in kinds and name not in names
        if not swallowed and (name not in names or (optional and not names[name][1])):
            return False
        if kind == "POSITIONAL_OR_KEYWORD":
            if place < len(ours) and ours[place][1] == "VAR_POSITIONAL":
                continue
            if not (place < len(ours) and ours[place][0] == name) and not swallowed:
                return False
            place += 1
    needed = {name for name, kind, optional in ours if not optional and not kind.startswith("VAR_")}
    return needed <= {name for name, _, _ in theirs}


def _lacks(dotted: str, theirs: Any, ours: Any) -> Iterator[str]:
    """What `ours` lacks of `theirs`: dotted names, with "()" where it is the arguments that differ."""
    if ours is None:
        yield dotted
        return
    # what Python itself calls is called by place
    if not dotted.endswith("__") and not _accepts(theirs.get("parameters"), ours.get("parameters")):
        yield f"{dotted}()"
    for name, member in theirs.get("members", {}).items():
        yield from _lacks(f"{dotted}.{name}", member, ours.get("members", {}).get(name))


def lacking(theirs: dict[str, Surface], ours: dict[str, Surface]) -> Iterator[str]:
    """Dotted names of 1.1.9 that are not here, or not the same."""
    for module in MODULES:
        if "missing" in ours[module]:
            yield module
            continue
        for name in _own(module, theirs[module]):
            yield from _lacks(f"{module}.{name}", theirs[module][name], ours[module].get(name))


def test_every_module_is_compared_or_comes_later(reference: str) -> None:
    code = (
        "import pkgutil, tortoise\n"
        "for found in pkgutil.walk_packages(tortoise.__path__, 'tortoise.', onerror=print): print(found.name)"
    )
    done = subprocess.run([reference, "-c", code], check=True, capture_output=True, text=True)
    modules = done.stdout.split()
    assert len(modules) > 90
    later = tuple(f"{name}." for name in LATER)
    assert [name for name in modules if name not in MODULES and not f"{name}.".startswith(later)] == []


def test_the_reference_has_all_modules(surfaces: Any) -> None:
    broken = {module: names["missing"] for module, names in surfaces[0].items() if "missing" in names}
    assert broken == {}


def test_every_name_is_here_or_explained(surfaces: Any) -> None:
    unexplained = [name for name in lacking(*surfaces) if missing_reason(name) is None]
    assert unexplained == []


def test_explanations_are_of_what_is_missing(surfaces: Any) -> None:
    missing = set(lacking(*surfaces))
    gone = [name for name in EXCEPTIONS if not any(m == name or m.startswith(name + ".") for m in missing)]
    assert gone == [], "no longer missing: take them off the list"


def test_instances_have_what_classes_lack() -> None:
    found = {"tortoise.context.TortoiseContext": TortoiseContext(), "tortoise.models.MetaInfo": Author._meta}
    for cls, names in INSTANCE_ATTRIBUTES.items():
        assert [name for name in names if not hasattr(found[cls], name)] == []
    assert [name for name in FUNCTION_ATTRIBUTES if not hasattr(Count("id"), name)] == []


@pytest.mark.parametrize("dotted", IMPORTED)
def test_what_published_packages_import(dotted: str) -> None:
    module, _, name = dotted.partition(":")
    namespace: dict[str, Any] = {}
    exec(f"from {module} import {name}" if name else f"import {module}", namespace)

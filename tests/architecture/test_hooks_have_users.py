"""A hook ships with its first real user, and no hook is called per query or per row."""

from __future__ import annotations

import ast

from sources import ROOT, functions, name_of, python_files

#: hooks that are there before their first user in this repository, each with the reason
AHEAD_OF_THEIR_USERS: dict[str, str] = {
    "tortoise_register_lookups": "what one dialect alone has, such as the lookups of its arrays",
}


def marked(marker: str) -> dict[str, list[str]]:
    """Functions with the decorator `marker`, and the files they are in."""
    found: dict[str, list[str]] = {}
    folders = [*(ROOT / "packages").glob("*/src"), ROOT / "examples"]
    for path in python_files(*[folder for folder in folders if folder.is_dir()]):
        for function in functions(path):
            decorators = [ast.unparse(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list]
            if marker in decorators and function.name.startswith("tortoise_"):
                found.setdefault(function.name, []).append(name_of(path))
    return found


def test_every_hook_has_a_user() -> None:
    specs, users = marked("hookspec"), marked("hookimpl")
    assert specs, "no hook at all was found"
    assert set(specs) - set(users) == set(AHEAD_OF_THEIR_USERS)
    assert set(users) <= set(specs), "a hook is implemented that nobody calls"


def test_hooks_stand_beside_their_callers() -> None:
    """The spec and the call are in one package of the engine, so that no floor is climbed."""
    calls: dict[str, set[str]] = {}
    for path in python_files(ROOT / "packages/core/src"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr.startswith("tortoise_"):
                calls.setdefault(node.attr, set()).add(str(path.parent))
    for hook, places in marked("hookspec").items():
        assert calls.get(hook) == {str((ROOT / places[0]).parent)}, hook

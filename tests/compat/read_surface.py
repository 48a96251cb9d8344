"""What the modules of an installed `tortoise` offer, read off the running package: read_surface.py MODULE...

Prints one JSON object: module -> name -> {"kind", "parameters" or "members"}; a module that cannot be imported gives
{"missing": why}. Run with the interpreter of either package.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from typing import Any, Optional

#: dunder methods that users call by syntax
PROTOCOLS = {
    "__aenter__", "__aexit__", "__aiter__", "__and__", "__add__", "__await__", "__bool__", "__call__", "__contains__",
    "__enter__", "__exit__", "__getitem__", "__invert__", "__iter__", "__len__", "__mod__", "__mul__", "__neg__",
    "__or__", "__pow__", "__radd__", "__rmul__", "__rsub__", "__rtruediv__", "__sub__", "__truediv__",
}  # fmt: skip


def parameters(value: Any) -> Optional[list[list[Any]]]:
    """[name, kind, has a default] of each parameter but `self`; None where Python cannot tell."""
    try:
        found = list(inspect.signature(value).parameters.values())
    except (TypeError, ValueError):
        return None
    if found and found[0].name in ("self", "cls"):
        del found[0]
    return [[p.name, p.kind.name, p.default is not inspect.Parameter.empty] for p in found]


def is_public(name: str) -> bool:
    return not name.startswith("_") or name in PROTOCOLS


def of_class(cls: type) -> dict[str, Any]:
    """The members that `cls` or a base of the same package defines."""
    members: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.partition(".")[0] not in OWN:
            continue
        for name, value in vars(base).items():
            if is_public(name):
                bound = inspect.getattr_static(base, name)
                inner = bound.__func__ if isinstance(bound, (classmethod, staticmethod)) else value
                kind = "method" if callable(inner) and not inspect.isclass(inner) else "attribute"
                members[name] = {"kind": kind, "parameters": parameters(inner) if kind == "method" else None}
    return {"kind": "class", "parameters": parameters(cls), "members": members}


#: packages whose classes are read; whatever else a module holds only has to be there
OWN = ("tortoise", "tortoise_core", "tortoise_dialect_sqlite", "tortoise_dialect_postgres")


def of_name(value: Any) -> dict[str, Any]:
    if inspect.isclass(value) and value.__module__.partition(".")[0] in OWN:
        return of_class(value)
    if inspect.isroutine(value):
        return {"kind": "function", "parameters": parameters(value)}
    return {"kind": "object"}


def of_module(name: str) -> dict[str, Any]:
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        return {"missing": str(error)}
    exported = set(getattr(module, "__all__", ()))
    found: dict[str, Any] = {}
    for key, value in vars(module).items():
        if key in exported or (is_public(key) and not inspect.ismodule(value)):
            found[key] = {**of_name(value), "from": getattr(value, "__module__", None)}
    return found


if __name__ == "__main__":
    print(json.dumps({name: of_module(name) for name in sys.argv[1:]}))

"""Mistakes made in the source of a module: it is changed while Python imports it, on disk it stays as it is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Optional


@dataclass(frozen=True)
class SourceMutant:
    """In `module`, `new` stands where `old`, which is there once, was; `killed_by` are tests below ``tests/``."""

    module: str
    old: str
    new: str
    killed_by: tuple[str, ...]

    def changed(self, source: str) -> str:
        """The source with the mistake. Raises ValueError if the place is not there, or more than once."""
        if source.count(self.old) != 1:
            raise ValueError(f"{self.module} has {source.count(self.old)} places {self.old!r}, not 1")
        return source.replace(self.old, self.new)

    def source(self) -> str:
        """The source of the module as it stands on disk, which is found without importing anything."""
        path: Optional[Sequence[str]] = None
        spec: Optional[ModuleSpec] = None
        name = ""
        for part in self.module.split("."):
            name = f"{name}.{part}" if name else part
            spec = PathFinder.find_spec(name, path)
            assert spec is not None and spec.origin is not None, f"there is no module {name}"
            path = spec.submodule_search_locations
        assert spec is not None and spec.origin is not None
        return Path(spec.origin).read_text(encoding="utf-8")


class _Loader(SourceFileLoader):
    def __init__(self, mutant: SourceMutant, path: str) -> None:
        super().__init__(mutant.module, path)
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        changed = self.mutant.changed(self.get_data(self.path).decode())
        code: CodeType = compile(changed, self.path, "exec", dont_inherit=True)
        return code


class _Finder(MetaPathFinder):
    def __init__(self, mutant: SourceMutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: Any, target: Optional[ModuleType] = None) -> Optional[ModuleSpec]:
        spec = PathFinder.find_spec(fullname, path) if fullname == self.mutant.module else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(self.mutant, spec.origin)
        return spec


def plant(mutant: SourceMutant) -> None:
    """Have every import of the module from now on get the mistake. The module must not have been imported."""
    assert mutant.module not in sys.modules, f"{mutant.module} has been imported already"
    sys.meta_path.insert(0, _Finder(mutant))

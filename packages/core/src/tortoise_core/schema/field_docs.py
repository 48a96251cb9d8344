"""Comments that document fields: lines that begin with ``#:`` right above a field in its class body.

They are read from the source when somebody asks, never at import; without a source there are none.
"""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Optional

_MARK = "#:"


def field_docs(model: type[Any]) -> dict[str, str]:
    """The comments above the fields of `model` and its bases, by attribute; ``{model}`` in them is the class's name."""
    docs: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        for name, text in _docs_in_body(cls).items():
            docs.pop(name, None)  # a field declared anew does not keep the comment of the old one
            if text is not None:
                docs[name] = text.replace("{model}", cls.__name__)
    return docs


class Documented:
    """Base of fields and relations: `description` and `docstring` as they were given, otherwise from the comment."""

    model: type[Any]
    model_field_name: str
    #: the foreign key whose column or other side this is, if it was not declared by itself
    relation: Any = None
    _description: Optional[str] = None
    _docstring: Optional[str] = None

    @property
    def docstring(self) -> Optional[str]:
        """The comment above the field."""
        return self._docstring or field_docs(self.model).get(self.model_field_name)

    @docstring.setter
    def docstring(self, text: Optional[str]) -> None:
        self._docstring = text

    @property
    def description(self) -> Optional[str]:
        """What the column is commented with; by default the first line of `docstring`.

        The columns of a foreign key and its other side are described by that of the key.
        """
        own = self._description or first_line(self.docstring)
        if own is None and self.relation is not None:
            inherited: Optional[str] = self.relation.description
            return inherited
        return own

    @description.setter
    def description(self, text: Optional[str]) -> None:
        self._description = text


def first_line(text: Optional[str]) -> Optional[str]:
    """The first line of a docstring that has any text, otherwise None."""
    return text.strip().splitlines()[0].strip() if text and text.strip() else None


def _docs_in_body(cls: type[Any]) -> dict[str, Optional[str]]:
    module = sys.modules.get(cls.__module__)
    path = getattr(module, "__file__", None)
    if path is None or cls.__module__ == "builtins":
        return {}
    lines = linecache.getlines(path, vars(module))
    return _docs_in_file(path, len(lines)).get(cls.__qualname__, {})


@lru_cache(maxsize=64)
def _docs_in_file(path: str, length: int) -> dict[str, dict[str, Optional[str]]]:
    """Qualified name of each class in a file -> attribute -> comment or None. `length`: of the file, in lines."""
    lines = linecache.getlines(path)
    if not any(line.lstrip().startswith(_MARK) for line in lines):
        return {}
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return {}
    return {name: _docs_of_class(node, lines) for name, node in _classes(tree, "")}


def _classes(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield f"{prefix}{child.name}", child
            yield from _classes(child, f"{prefix}{child.name}.")
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _classes(child, f"{prefix}{child.name}.<locals>.")
        else:
            yield from _classes(child, prefix)


def _docs_of_class(node: ast.ClassDef, lines: list[str]) -> dict[str, Optional[str]]:
    docs: dict[str, Optional[str]] = {}
    for statement in node.body:
        for name in _assigned(statement):
            docs[name] = _comment_above(statement.lineno, lines)
    return docs


def _assigned(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.AnnAssign) and statement.value and isinstance(statement.target, ast.Name):
        return [statement.target.id]
    return []


def _comment_above(line: int, lines: list[str]) -> Optional[str]:
    """The ``#:`` lines right above line number `line`, which counts from 1."""
    start = line - 1
    while start > 0 and lines[start - 1].strip().startswith(_MARK):
        start -= 1
    found = [text.strip()[len(_MARK) :].strip() for text in lines[start : line - 1]]
    return "\n".join(found).strip() or None

"""Writing functions as text: one per model and backend, run for every row.

Names of attributes come from class bodies and are checked to be identifiers; all other values are handed
over in the namespace, never as text.
"""

from __future__ import annotations

import itertools
import linecache
from typing import Any, Callable

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.converting import Inline, parts_of

_numbers = itertools.count()


class Code:
    """A function being written: lines of source, and the objects they name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}

    def line(self, text: str, depth: int = 1) -> None:
        """Add a line, indented `depth` times."""
        self.lines.append("    " * depth + text)

    def name(self, hint: str, value: Any) -> str:
        """A name of the function's namespace that stands for `value`."""
        for number in itertools.count():
            name = f"_{hint}_{number}"
            if name not in self.names:
                self.names[name] = value
                return name
        raise AssertionError("count never ends")

    def convert(self, convert: Callable[[Any], Any], variable: str, hint: str = "decode") -> str:
        """Source of what `convert` makes of the value of `variable`."""
        source = variable
        for part in parts_of(convert):
            if isinstance(part, Inline) and source == variable:
                names = {name: self.name(name, value) for name, value in part.names.items()}
                source = f"({part.source.format(v=variable, **names)})"
            else:
                source = f"{self.name(hint, part)}({source})"
        return source

    def function(self, header: str, title: str) -> Callable[..., Any]:
        """The finished function; `header` is its ``def`` line without the colon."""
        source = "\n".join([header + ":", *self.lines]) + "\n"
        filename = f"<tortoise {title} {next(_numbers)}>"
        # tracebacks show the generated lines
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        namespace = dict(self.names)
        exec(compile(source, filename, "exec"), namespace)
        function: Callable[..., Any] = namespace[header[4 : header.index("(")].strip()]
        return function


def attribute(name: str) -> str:
    """`name`, sure to be an identifier that may stand in generated code. Raises ConfigurationError."""
    if not name.isidentifier():
        raise ConfigurationError(f"{name!r} cannot be the name of a field")
    return name

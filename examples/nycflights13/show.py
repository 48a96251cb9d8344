"""What is printed: tables and a progress bar with rich where it is installed, plain lines where it is not."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Callable, Optional

rich: Any
try:
    import rich.box
    import rich.console
    import rich.progress
    import rich.table
except ImportError:
    rich = None  # plain lines will do

Rows = Sequence[Sequence[Any]]


def cell(value: Any) -> str:
    """A value as it stands in a table."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10000 else str(value)


def numeric(rows: Rows, at: int) -> bool:
    """True if a column holds numbers, which are set to the right."""
    return any(isinstance(row[at], (int, float)) for row in rows)


def answer(title: str, columns: Sequence[str], rows: Rows, caption: str) -> None:
    """Print one question with its answer."""
    write(f"\n{title}", "bold")
    texts = [[cell(value) for value in row] for row in rows]
    right = [numeric(rows, at) for at in range(len(columns))]
    if rich is None:
        print(plain_table(columns, texts, right))
    else:
        console().print(rich_table(columns, texts, right))
    write(caption, "dim")


def write(text: str, style: str) -> None:
    """Print a line of text."""
    if rich is None:
        print(text)
    else:
        console().print(text, style=style, markup=False, soft_wrap=True)


def rich_table(columns: Sequence[str], texts: Iterable[Sequence[str]], right: Sequence[bool]) -> Any:
    """The table as rich draws it."""
    table = rich.table.Table(box=rich.box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name, to_right in zip(columns, right):
        table.add_column(name, justify="right" if to_right else "left")
    for row in texts:
        table.add_row(*row)
    return table


def console() -> Any:
    """Where rich prints: as wide as the terminal, or 100 columns in a file or a pipe."""
    return rich.console.Console(width=None if sys.stdout.isatty() else 100, highlight=False)


def plain_table(columns: Sequence[str], texts: Iterable[Sequence[str]], right: Sequence[bool]) -> str:
    """Aligned text: a header, a rule, the rows."""
    lines = [list(columns), *[list(row) for row in texts]]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    lines.insert(1, ["-" * width for width in widths])
    aligned = [
        [text.rjust(width) if to_right else text.ljust(width) for text, width, to_right in zip(line, widths, right)]
        for line in lines
    ]
    return "\n".join("  ".join(line).rstrip() for line in aligned)


class Progress:
    """A bar per table on a terminal, otherwise a line per table."""

    def __init__(self) -> None:
        self._bar: Any = None
        if rich is not None and sys.stdout.isatty():
            columns = rich.progress.Progress.get_default_columns()
            self._bar = rich.progress.Progress(*columns, rich.progress.MofNCompleteColumn())

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def task(self, name: str, total: int) -> Callable[[int], None]:
        """Start a table of `total` rows; gives what is called with the number of rows that were just stored."""
        if self._bar is None:
            print(f"loading {name}: {total:,} rows", flush=True)
            return lambda count: None
        number = self._bar.add_task(name, total=total)
        return lambda count: self._bar.advance(number, count)

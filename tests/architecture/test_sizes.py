"""Files and functions that fit into a head."""

from __future__ import annotations

from typing import Any

from sources import ROOT, functions, name_of, python_files

MOST_LINES = 500
MOST_LINES_OF_A_FUNCTION = 50
#: functions that may be longer, each with the reason
LONG_FUNCTIONS: dict[str, str] = {}


def test_files_are_small(capsys: Any) -> None:
    folders = [folder for folder in (ROOT / "examples", ROOT / "scripts") if folder.is_dir()]
    files = [*python_files(), *python_files(*folders)]
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    largest = max(lines, key=lambda path: lines[path])
    with capsys.disabled():
        print(f"\nlargest file: {name_of(largest)}, {lines[largest]} lines; {sum(lines.values())} lines in all")
    assert lines[largest] < MOST_LINES


def test_functions_are_read_in_one_breath() -> None:
    long = {
        f"{name_of(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in python_files()
        for function in functions(path)
    }
    assert {name for name, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION} == set(LONG_FUNCTIONS)

"""The page of mistakes says what is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dialects.sqlite import mistakes_page


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="some errors quote messages of Python, which differ")
def test_the_page_is_what_is_said(tmp_path: Path) -> None:
    made = tmp_path / "mistakes.md"
    # by itself, as the relations of other models of this run lead to those of the page
    subprocess.run([sys.executable, mistakes_page.__file__, str(made)], check=True)
    assert mistakes_page.PAGE.read_text(encoding="utf-8") == made.read_text(encoding="utf-8"), "write the page anew"

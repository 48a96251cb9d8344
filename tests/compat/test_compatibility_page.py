"""The page of what differs from 1.1.9 is made of the lists that the tests go by."""

from __future__ import annotations

from compatibility_page import PAGE, page


def test_the_page_is_that_of_the_lists() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: run compatibility_page.py"

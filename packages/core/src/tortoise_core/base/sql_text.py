"""What holds no parameter in SQL that was written by hand: one pattern for all styles in which parameters are named.

Strings, also those with escapes and those between dollars, delimited identifiers and comments.
"""

from __future__ import annotations

import re

_PASSED = r"""
      (?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'                      # a string with escapes
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | `(?:[^`]|``)*`
    | --[^\n]*
    | /\*(?:[^*]|\*(?!/))*\*/
    | (?<![\w$])\$(?P<tag>[^\W\d]\w*|)\$.*?\$(?P=tag)\$        # a string between dollars
"""


def scanner(parameters: str, also_passed: str = "") -> re.Pattern[str]:
    """A pattern that finds `parameters`, and what is to be passed over as the group "passed".

    `also_passed` begins with a bar. Both are written as `re.VERBOSE` has it.
    """
    # the line ends a comment of the pattern
    return re.compile(f"(?P<passed>{_PASSED}{also_passed}\n)|{parameters}", re.VERBOSE | re.DOTALL)

"""LIMIT and OFFSET in the place of the standard's FETCH, a quirk that most dialects share."""

from __future__ import annotations

from typing import Union

from tortoise_core.ast import select as se
from tortoise_core.dialect.compiler.base import Compiler


class LimitOffsetCompiler(Compiler):
    """Writes ``LIMIT n OFFSET m``."""

    #: what stands for "no limit" where OFFSET needs a LIMIT before it; "" where it does not
    unlimited = ""

    def select_limit(self, node: Union[se.Select, se.Compound]) -> str:
        texts = []
        if node.limit is not None:
            texts.append(f"LIMIT {self.write(node.limit)}")
        elif node.offset is not None and self.unlimited:
            texts.append(f"LIMIT {self.unlimited}")
        if node.offset is not None:
            texts.append(f"OFFSET {self.write(node.offset)}")
        return " ".join(texts)

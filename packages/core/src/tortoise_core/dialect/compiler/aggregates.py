"""Aggregates in standard SQL, of rows in an order."""

from __future__ import annotations

from tortoise_core.ast import aggregates as ag
from tortoise_core.dialect.compiler.writer import Writer


class AggregateWriter(Writer):
    """What aggregates are given beside their values."""

    def visit_OrderedArguments(self, node: ag.OrderedArguments) -> str:
        if not self.capabilities.aggregate_order:
            self.refuse("an aggregate with an order of its own")
        return f"{self.write_all(node.items)} ORDER BY {self.write_all(node.order_by)}"

    def visit_OrderedSet(self, node: ag.OrderedSet) -> str:
        if not self.capabilities.ordered_set_aggregates:
            self.refuse(f"{node.name}, an aggregate of an order,")
        arg = node.arg
        assert isinstance(arg, ag.OrderedArguments)
        call, order = f"{node.name}({self.write_all(arg.items)})", self.write_all(arg.order_by)
        text = f"{call} WITHIN GROUP (ORDER BY {order})"
        return text if node.condition is None else f"{text} FILTER (WHERE {self.write(node.condition)})"

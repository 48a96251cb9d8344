"""Conditions and shapes: what is told apart, and in which order values are bound."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit_models import Event

from tortoise_core.base.errors import FieldError
from tortoise_core.query.expressions import F
from tortoise_core.query.q import Q
from tortoise_core.query.scope import ListValue
from tortoise_core.query.shapes import describe

LEAF = st.builds(
    lambda key, value: Q(**{key: value}),
    st.sampled_from(["id", "level", "level__gt", "name"]),
    st.integers(0, 9) | st.none(),
).filter(lambda q: not (None in q.filters.values() and "level__gt" in q.filters))
TREE = st.recursive(
    LEAF | st.builds(lambda ids: Q(id__in=ids), st.lists(st.integers(0, 5), max_size=5)),
    lambda inner: (
        st.builds(lambda a, b: a & b, inner, inner)
        | st.builds(lambda a, b: a | b, inner, inner)
        | st.builds(lambda a: ~a, inner)
    ),
    max_leaves=8,
)


def bumped(q: Q) -> Q:
    """The same condition with other values of the same kinds."""
    filters: dict[str, Any] = {}
    for key, value in q.filters.items():
        filters[key] = [v + 10 for v in value] if isinstance(value, list) else value if value is None else value + 10
    same = Q(*[bumped(child) for child in q.children], join_type=q.join_type, **filters)
    return ~same if q.negated else same


@given(TREE)
def test_values_do_not_make_shapes(q: Q) -> None:
    assert bumped(q).shape == q.shape
    assert hash(bumped(q).shape) == hash(q.shape)


@given(TREE, TREE)
def test_equal_shapes_are_equal_conditions(one: Q, other: Q) -> None:
    def outline(q: Q) -> Any:
        kinds = [(key, value is None, isinstance(value, list)) for key, value in q.filters.items()]
        return (q.join_type, q.negated, kinds, [outline(child) for child in q.children])

    assert (one.shape == other.shape) == (outline(one) == outline(other))


@given(TREE)
def test_negating_twice_changes_nothing(q: Q) -> None:
    assert (~~q).shape == q.shape and (~q).shape != q.shape
    assert (~q).values == q.values


def test_what_can_be_read_only_once_is_kept(run: Any) -> None:
    async def test(context: Any) -> tuple[str, str]:
        once = Event.filter(level__in=(n for n in (1, None)))
        return once.sql(), Event.filter(Q(level__in=iter([1, None]))).sql()

    one, other = run(test)
    assert one == other and one.endswith('OR "level" IS NULL')


def test_children_come_before_keywords() -> None:
    assert Q(Q(a=1), Q(b=2), c=3).values == (1, 2, 3)


def test_negate_in_place_forgets_the_old_shape() -> None:
    q = Q(a=1)
    before = q.shape
    q.negate()
    assert q.shape != before and q.negated


@pytest.mark.parametrize("bad", [1, "text", None, {"a": 1}])
def test_positional_conditions_are_q_objects(bad: Any) -> None:
    with pytest.raises(FieldError, match="Q objects"):
        Q(bad)
    with pytest.raises(FieldError, match="Q objects"):
        Event.filter(bad)


def test_join_types() -> None:
    with pytest.raises(FieldError, match="AND or OR"):
        Q(a=1, join_type="XOR")


@pytest.mark.parametrize(
    ("key", "value", "shape", "values"),
    [
        ("a", 5, ["a"], [5]),
        ("a", None, [("a", "null")], []),
        ("a", True, [("a", "flag", True)], [True]),
        ("a", False, [("a", "flag", False)], [False]),
        ("a", 1, ["a"], [1]),
        ("a__in", (1, 2), [("a__in", "list")], [[1, 2]]),
        ("a__in", [1, None], [("a__in", "list|null")], [[1]]),
        ("a__not_in", {3}, [("a__not_in", "list")], [[3]]),
        ("begin", 3, ["begin"], [3]),
        ("a", F("b"), [("a", "expression", ("F", "b"))], []),
    ],
)
def test_operands_in_shapes(key: str, value: Any, shape: list[Any], values: list[Any]) -> None:
    found: tuple[list[Any], list[Any]] = ([], [])
    describe({key: value}, *found)
    assert found == (shape, values)
    assert all(type(item) is ListValue for item in found[1] if isinstance(item, list))


def test_conditions_too_deep_are_refused_before_python_gives_up(run: Any) -> None:
    async def test(context: Any) -> None:
        q = Q(id=1)
        for number in range(400):
            q = ~(q & Q(id=number))
        with pytest.raises(FieldError, match="deep"):
            await Event.filter(q)

    run(test)


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda: Q(id=1) & Q(level=2), '"id" = CAST(? AS BIGINT) AND "level" = CAST(? AS BIGINT)'),
        (lambda: Q(Q(id=1) | Q(level=2), open=True),
         '("id" = CAST(? AS BIGINT) OR "level" = CAST(? AS BIGINT)) AND "open" = ?'),
        (lambda: ~Q(level=None), 'NOT ("level" IS NULL)'),
        (lambda: Q(level__not=3), 'WHERE "level" <> CAST(? AS BIGINT) OR "level" IS NULL'),
        (lambda: Q(), None),
        (lambda: Q(Q(), Q()), None),
    ],
)  # fmt: skip
def test_conditions_in_sql(make: Any, where: Any, run: Any) -> None:
    async def test(context: Any) -> str:
        return Event.filter(make()).sql()

    sql = run(test)
    assert ("WHERE" not in sql or "1 = 1" in sql) if where is None else where in sql

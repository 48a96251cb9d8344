"""The statement tree: every node is written by every compiler, and nobody changes one that was made."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import re
from typing import Any

import pytest
import tree_models
from tree_models import Book, Label, Place, Shelf

import tortoise_core.ast
from tortoise_core.ast.ddl import Constraint, Default
from tortoise_core.ast.expressions import Expression, ListParam, Node, Predicate
from tortoise_core.ast.visit import children, rewrite, walk
from tortoise_core.base.errors import UnSupportedError
from tortoise_core.dialect.compiler.base import Compiler
from tortoise_core.dialect.compiler.ddl import DDLCompiler
from tortoise_core.dialect.interface import Dialect
from tortoise_core.migrations.create_schema import schema_statements
from tortoise_core.plugins.manager import plugins
from tortoise_core.query.expressions import Case, F, When
from tortoise_core.query.functions import Avg, Count, Max, Sum
from tortoise_core.query.q import Q
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect

for module in pkgutil.iter_modules(tortoise_core.ast.__path__):
    importlib.import_module(f"tortoise_core.ast.{module.name}")

#: nodes that are no part of their own: the method of the node around them that writes them
PARTS = {"ListParam": "list_items", "TableName": "table_name", "ColumnDef": "column", "ForeignKey": "foreign_key"}
DIALECTS: dict[str, Dialect] = {"standard": standard_dialect()}
DIALECTS.update({name: plugins.dialect(name) for name in plugins.installed_dialects()})
each_dialect = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)


def subclasses(cls: type) -> list[type]:
    return [found for sub in cls.__subclasses__() for found in (sub, *subclasses(sub))]


NODES = [cls for cls in subclasses(Node) if cls not in (Expression, Predicate, Default, Constraint)]
OF_THE_ENGINE = [cls for cls in NODES if cls.__module__.startswith("tortoise_core.ast.")]


def test_the_tree_has_the_nodes_that_we_think() -> None:
    names = {cls.__name__ for cls in OF_THE_ENGINE}
    assert {"Select", "Insert", "Update", "Delete", "Param", "TextMatch", "CreateTable"} <= names
    assert len(names) == len(OF_THE_ENGINE) >= 35


@each_dialect
@pytest.mark.parametrize("node", OF_THE_ENGINE, ids=lambda node: str(node.__name__))
def test_every_node_has_a_visit_method(node: type, dialect: Dialect) -> None:
    is_ddl = node.__module__.endswith(".ddl")
    compiler = dialect.ddl_compiler if is_ddl else dialect.compiler
    method = PARTS.get(node.__name__, f"visit_{node.__name__}")
    assert callable(getattr(compiler, method, None)), f"{compiler.__name__} cannot write {node.__name__}"


@each_dialect
def test_no_visit_method_waits_for_a_node_that_is_not_there(dialect: Dialect) -> None:
    names = {cls.__name__ for cls in NODES}
    for compiler in (dialect.compiler, dialect.ddl_compiler):
        visits = {name[6:] for name in dir(compiler) if re.fullmatch(r"visit_\w+", name)}
        assert visits <= names, visits - names


def test_nodes_of_a_dialect_are_written_by_it() -> None:
    for cls in NODES:
        if cls not in OF_THE_ENGINE:
            package = cls.__module__.split(".")[0]
            owner = [d for d in DIALECTS.values() if d.compiler.__module__.split(".")[0] == package]
            compilers = [owner[0].compiler, owner[0].ddl_compiler] if owner else []
            assert any(hasattr(compiler, f"visit_{cls.__name__}") for compiler in compilers), cls


class Unheard(Node):
    """A node that no compiler knows."""

    __slots__ = ()


@each_dialect
def test_an_unknown_node_is_refused_by_name_before_anything_is_sent(dialect: Dialect) -> None:
    capabilities = dialect.capabilities(dialect.newest)
    version = ".".join(map(str, dialect.newest))
    with pytest.raises(UnSupportedError, match=rf"Unheard is not supported by {dialect.name} {re.escape(version)}"):
        dialect.compiler(capabilities, dialect.types, "qmark").compile(Unheard())
    with pytest.raises(UnSupportedError, match=f"Unheard is not supported by {dialect.name}"):
        dialect.ddl_compiler(capabilities, dialect.types).compile(Unheard())


def test_nodes_are_plain_slots_classes() -> None:
    for cls in NODES:
        assert "__slots__" in cls.__dict__ and cls.__dictoffset__ == 0, cls
        assert all(slot == slot.lower() for slot in cls.__slots__)


# -- nobody changes a node


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every assignment to an attribute of a node that was set before; the node's own constructor sets it once."""
    broken: list[str] = []
    put = object.__setattr__

    def guard(self: Node, name: str, value: Any) -> None:
        if hasattr(self, name):
            broken.append(f"{type(self).__name__}.{name} was changed")
        put(self, name, value)

    def keep(self: Node, name: str) -> None:
        broken.append(f"{type(self).__name__}.{name} was deleted")

    monkeypatch.setattr(Node, "__setattr__", guard, raising=False)
    monkeypatch.setattr(Node, "__delattr__", keep, raising=False)
    return broken


def test_the_seal_itself_notices(sealed: list[str]) -> None:
    node = ListParam(0, None, None, 4)
    assert sealed == []
    node.width = 5
    assert sealed == ["ListParam.width was changed"]


def queries() -> list[Any]:
    """Queries that between them touch every part of building and compiling."""
    some = Book.filter(Q(title__icontains="a") | Q(pages__in=[1, 2, 3]), shelf__name="x")
    prefix = Case(When(title__startswith="A", then="a"), default="z")
    return [
        some.order_by("-id").limit(20).offset(3),
        Book.exclude(title__not="a", pages__range=(1, 5)).distinct(),
        Book.all().select_related("shelf").annotate(n=Count("labels", distinct=True)).filter(n__gt=1),
        Book.annotate(start=prefix, n=Count("id")).group_by("start").values("start", "n"),
        Book.annotate(total=Sum("pages", _filter=Q(pages__gt=3)), most=Max("pages")).values_list("total", "most"),
        Book.filter(pages__gt=F("id") * 2 - 1).values_list("title", flat=True),
        Shelf.annotate(mean=Avg("books__pages")).order_by("-mean"),
        Book.filter(labels__name="x").count(),
        some.exists(),
        Book.filter(shelf__name="x").update(pages=F("pages") + 1, title="y"),
        Book.filter(labels__name__in=["x"]).delete(),
        Book.filter(labels__not=1, places__not_in=[(1, 2)]),
        Place.filter(pk__in=[(1, 2), (3, 4)]).order_by("pk"),
    ]


@each_dialect
def test_no_statement_changes_a_node(dialect: Dialect, sealed: list[str]) -> None:
    like = plugins.driver(dialect.name)[1] if dialect.name in plugins.schemes() else None

    async def main() -> None:
        async with recording(Recorder(), dialect, {"tree": [tree_models]}, like=like) as context:
            for query in queries():
                assert query.sql()
            shelf = await Shelf.create(name="a")
            shelf.name = "b"
            await shelf.save()
            label, book = await Label.create(name="l"), await Book.create(title="t", pages=1, shelf=shelf)
            await Book.bulk_create([Book(title="u", pages=2, shelf=shelf)])
            await book.labels.add(label)
            await book.labels.clear()
            await book.delete()
            backend = context.connections.connection("default").offline_backend
            assert schema_statements([Shelf, Label, Book], backend, True)

    asyncio.run(main())
    assert sealed == []


def test_rewriting_shares_what_did_not_change() -> None:
    from tortoise_core.ast import expressions as ex
    from tortoise_core.ast import predicates as pr

    left, right = ex.Column("t", "a", None), ex.Number(1, None)
    kept, changed = pr.IsNull(left, False), pr.Compare("=", left, right)
    tree = pr.And((kept, changed))
    fresh = rewrite(tree, lambda node: ex.Number(2, None) if node is right else node)
    assert isinstance(fresh, pr.And) and fresh is not tree and fresh.items[0] is kept
    assert [type(node).__name__ for node in walk(fresh)] == ["And", "IsNull", "Column", "Compare", "Column", "Number"]
    assert rewrite(tree, lambda node: node) is tree
    assert list(children(tree)) == [kept, changed]


def test_base_compilers_are_complete_by_themselves() -> None:
    """Nothing in them is abstract: standard SQL needs no override."""
    assert not getattr(Compiler, "__abstractmethods__", ()) and not getattr(DDLCompiler, "__abstractmethods__", ())

"""Foreign keys and many-to-many: forward, reverse, fetched in one query or in further ones."""

from __future__ import annotations

from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import FieldError, IntegrityError, NoValuesFetched, OperationalError, ValidationError
from tortoise.models import Model, NoneAwaitable
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Country, Meaning, Person, Publisher, Tag, Ticket, Word
from tortoise_testkit.samples import fill_shelf

# -- forward


async def test_forward(db: Database) -> None:
    await fill_shelf()
    book = await Book.get(title="Alpha")
    author = await book.author
    assert author == await Author.get(name="Ann")
    assert book.author_id == author.id
    assert (await (await book.author).country).name == "Norway"


async def test_forward_without_a_value(db: Database) -> None:
    await fill_shelf()
    book = await Book.get(title="Beta")
    assert book.editor_id is None
    assert await book.editor is None
    assert not book.editor
    assert book.editor is NoneAwaitable


async def test_what_was_given_is_kept(db: Database) -> None:
    shelf = await fill_shelf()
    book = Book(title="New", author=shelf.authors["Ann"])
    assert book.author is shelf.authors["Ann"]
    assert book.author_id == shelf.authors["Ann"].id
    await book.save()
    assert await book.author is shelf.authors["Ann"]


async def test_setting_by_key_and_by_instance(db: Database) -> None:
    shelf = await fill_shelf()
    book = await Book.get(title="Alpha")
    book.author_id = shelf.authors["Ben"].id
    assert (await book.author).name == "Ben"
    book.editor = shelf.authors["Cid"]
    assert book.editor_id == shelf.authors["Cid"].id
    await book.save()
    found = await Book.get(title="Alpha").select_related("author", "editor")
    assert (found.author.name, found.editor.name) == ("Ben", "Cid")
    found.editor = None
    await found.save()
    assert (await Book.get(title="Alpha")).editor_id is None


async def test_the_wrong_kind_of_instance_is_refused(db: Database) -> None:
    shelf = await fill_shelf()
    with refused(ValidationError, "author: takes an instance of Author", "(Book.author)"):
        Book(title="x", author=shelf.tags["red"])
    with refused(ValidationError, "Book.author"):
        shelf.books["Alpha"].author = shelf.tags["red"]
    with refused(FieldError, "author"):
        await Book.filter(author=shelf.tags["red"])
    with refused(OperationalError, "save"):
        Book(title="x", author=Author(name="unsaved"))


async def test_a_key_that_names_nothing_is_refused(db: Database) -> None:
    with refused(IntegrityError):
        await Book.create(title="x", author_id=987654)
    assert await Book.all().count() == 0


# -- in one query


async def test_select_related(db: Database) -> None:
    await fill_shelf()
    with db.statements() as sent:
        books = await Book.all().select_related("author", "editor", "publisher").order_by("title")
    assert len(sent) == 1
    assert [book.author.name for book in books] == ["Ann", "Ann", "Ben", "Ben"]
    assert [book.editor.name if book.editor else None for book in books] == ["Ben", None, "Ann", None]
    assert [book.publisher and book.publisher.name for book in books] == ["Acme", None, None, "Acme"]


async def test_select_related_nested(db: Database) -> None:
    await fill_shelf()
    with db.statements() as sent:
        books = await Book.all().select_related("author__country", "publisher__country").order_by("title")
    assert len(sent) == 1
    assert [book.author.country.name for book in books] == ["Norway", "Norway", "Kenya", "Kenya"]
    assert [book.publisher.country.name if book.publisher else None for book in books] == [
        "Norway",
        None,
        None,
        "Norway",
    ]


async def test_none_among_what_is_not_linked_from_a_row_that_is_missing(db: Database) -> None:
    shelf = await fill_shelf()
    condition = {"publisher__books__not_in": [shelf.books["Alpha"], None]}
    assert await Book.filter(**condition).count() == 0
    assert titles(await Book.exclude(**condition).order_by("title")) == ["Alpha", "Beta", "Delta", "Gamma"]


async def test_select_related_one_by_one(db: Database) -> None:
    await fill_shelf()
    with db.statements() as sent:
        alpha = await Book.get(title="Alpha").select_related("author").select_related("publisher")
        assert (alpha.author.name, alpha.publisher.name) == ("Ann", "Acme")
    assert len(sent) == 1


async def test_related_rows_are_whole_instances(db: Database) -> None:
    await fill_shelf()
    book = await Book.get(title="Alpha").select_related("author")
    book.author.born = 1951
    await book.author.save()
    assert (await Author.get(name="Ann")).born == 1951


async def test_related_rows_are_told_by_their_keys(db: Database) -> None:
    class Ware(Model):
        label = fields.CharField(max_length=10, null=True)
        code = fields.CharField(max_length=10, primary_key=True)

    class Order(Model):
        ware: Any = fields.ForeignKeyField("models.Ware", related_name=False, null=True)

    async with db.another(Ware, Order):
        await Order.create(ware=await Ware.create(code="bolt"))
        await Order.create()
        bolt, nothing = await Order.all().select_related("ware").order_by("id")
        assert (bolt.ware.code, bolt.ware.label, nothing.ware) == ("bolt", None, None)


async def test_select_related_takes_no_relations_to_many(db: Database) -> None:
    with refused(FieldError, "prefetch_related"):
        await Book.all().select_related("tags")
    with refused(FieldError, "nothing"):
        await Book.all().select_related("nothing")
    with refused(FieldError, "title"):
        await Book.all().select_related("title")


# -- reverse


async def test_reverse(db: Database) -> None:
    shelf = await fill_shelf()
    ann = shelf.authors["Ann"]
    assert titles(await ann.books.order_by("title")) == ["Alpha", "Beta"]
    assert titles(await ann.books.filter(pages__gt=100)) == ["Beta"]
    assert titles(await ann.edited) == ["Delta"]
    assert sorted([book.title async for book in ann.books]) == ["Alpha", "Beta"]
    assert titles(await ann.books.order_by("title").limit(1)) == ["Alpha"]
    assert titles(await ann.books.all().order_by("title").offset(1)) == ["Beta"]


async def test_reverse_create(db: Database) -> None:
    shelf = await fill_shelf()
    book = await shelf.authors["Cid"].books.create(title="Epsilon", pages=5)
    assert book.author_id == shelf.authors["Cid"].id
    assert titles(await shelf.authors["Cid"].books) == ["Epsilon"]


async def test_reverse_needs_to_be_fetched_to_be_iterated(db: Database) -> None:
    shelf = await fill_shelf()
    ann = await Author.get(name="Ann")
    with refused(NoValuesFetched, "books"):
        list(ann.books)
    with refused(NoValuesFetched, "books"):
        len(ann.books)
    await ann.fetch_related("books")
    assert sorted(titles(ann.books)) == ["Alpha", "Beta"]
    assert len(ann.books) == 2
    assert shelf.books["Alpha"] in ann.books
    assert ann.books[0].title in ("Alpha", "Beta")


async def test_reverse_of_the_unsaved_is_refused() -> None:
    with refused(OperationalError, "not saved"):
        await Author(name="x").books


async def test_reverse_cannot_be_set(db: Database) -> None:
    shelf = await fill_shelf()
    with refused(FieldError, "books"):
        shelf.authors["Ann"].books = []


# -- in further queries


async def test_prefetch(db: Database) -> None:
    await fill_shelf()
    with db.statements() as sent:
        authors = await Author.all().prefetch_related("books", "edited", "country").order_by("name")
    assert len(sent) == 4
    assert [sorted(titles(author.books)) for author in authors] == [["Alpha", "Beta"], ["Delta", "Gamma"], []]
    assert [titles(author.edited) for author in authors] == [["Delta"], ["Alpha"], []]
    assert [author.country.name if author.country else None for author in authors] == ["Norway", "Kenya", None]


async def test_prefetch_nested(db: Database) -> None:
    await fill_shelf()
    with db.statements() as sent:
        countries = await Country.all().prefetch_related("authors__books__tags", "publishers").order_by("name")
    assert len(sent) == 5
    found = {
        country.name: {a.name: {b.title: sorted(names(b.tags)) for b in a.books} for a in country.authors}
        for country in countries
    }
    assert found == {
        "Kenya": {"Ben": {"Gamma": [], "Delta": ["blue"]}},
        "Norway": {"Ann": {"Alpha": ["blue", "red"], "Beta": ["red"]}},
    }
    assert [names(country.publishers) for country in countries] == [[], ["Acme"]]


async def test_prefetch_many_to_many_from_both_sides(db: Database) -> None:
    await fill_shelf()
    books = await Book.all().prefetch_related("tags").order_by("title")
    assert [sorted(names(book.tags)) for book in books] == [["blue", "red"], ["red"], ["blue"], []]
    tags = await Tag.all().prefetch_related("books__author").order_by("name")
    assert [sorted(book.author.name for book in tag.books) for tag in tags] == [["Ann", "Ben"], [], ["Ann", "Ann"]]


async def test_prefetch_of_nothing(db: Database) -> None:
    with db.statements() as sent:
        assert await Book.all().prefetch_related("tags", "author") == []
    assert len(sent) == 1


async def test_prefetched_children_know_their_parent(db: Database) -> None:
    await fill_shelf()
    author = await Author.get(name="Ann").prefetch_related("books")
    assert all(book.author is author for book in author.books)


async def test_fetch_related(db: Database) -> None:
    await fill_shelf()
    book = await Book.get(title="Alpha")
    await book.fetch_related("author__country", "tags")
    assert book.author.country.name == "Norway"
    assert sorted(names(book.tags)) == ["blue", "red"]


async def test_prefetch_with_conditions_and_limits(db: Database) -> None:
    await fill_shelf()
    authors = await Author.filter(books__pages__gt=150).order_by("name").limit(1).prefetch_related("books")
    assert [sorted(titles(author.books)) for author in authors] == [["Alpha", "Beta"]]


async def test_unknown_relations_are_refused_at_once() -> None:
    for name in ("nothing", "tags__nothing", "title"):
        with refused(FieldError, name.split("__")[-1]):
            Book.all().prefetch_related(name)


# -- many to many


async def test_add_and_remove(db: Database) -> None:
    shelf = await fill_shelf()
    gamma, tags = shelf.books["Gamma"], shelf.tags
    await gamma.tags.add(tags["red"], tags["green"])
    assert names(await gamma.tags.order_by("name")) == ["green", "red"]
    await gamma.tags.remove(tags["red"])
    assert names(await gamma.tags) == ["green"]
    assert sorted(titles(await tags["red"].books)) == ["Alpha", "Beta"]


async def test_adding_twice_links_once(db: Database) -> None:
    shelf = await fill_shelf()
    gamma, red = shelf.books["Gamma"], shelf.tags["red"]
    await gamma.tags.add(red, red)
    await gamma.tags.add(red)
    assert len(await gamma.tags) == 1
    await gamma.tags.add()
    assert await gamma.tags.all().count() == 1


async def test_clear(db: Database) -> None:
    shelf = await fill_shelf()
    await shelf.books["Alpha"].tags.clear()
    assert await shelf.books["Alpha"].tags == []
    assert titles(await shelf.tags["red"].books) == ["Beta"]
    assert await Tag.all().count() == 3


async def test_from_the_other_side(db: Database) -> None:
    shelf = await fill_shelf()
    await shelf.tags["green"].books.add(shelf.books["Alpha"], shelf.books["Beta"])
    assert names(await shelf.books["Beta"].tags.order_by("name")) == ["green", "red"]
    await shelf.tags["green"].books.clear()
    assert names(await shelf.books["Beta"].tags) == ["red"]


async def test_create_through_a_relation(db: Database) -> None:
    shelf = await fill_shelf()
    tag = await shelf.books["Gamma"].tags.create(name="new")
    assert names(await shelf.books["Gamma"].tags) == ["new"]
    assert titles(await tag.books) == ["Gamma"]


async def test_many_links_at_once(db: Database) -> None:
    shelf = await fill_shelf()
    await Tag.bulk_create([Tag(name=f"tag {at}") for at in range(300)])
    tags = await Tag.filter(name__startswith="tag ")
    await shelf.books["Gamma"].tags.add(*tags)
    assert await shelf.books["Gamma"].tags.all().count() == 300
    await shelf.books["Gamma"].tags.remove(*tags[:299])
    assert names(await shelf.books["Gamma"].tags) == [tags[299].name]


async def test_queries_of_links(db: Database) -> None:
    shelf = await fill_shelf()
    alpha = shelf.books["Alpha"]
    assert names(await alpha.tags.filter(name__startswith="r")) == ["red"]
    assert names(await alpha.tags.order_by("-name").limit(1)) == ["red"]
    assert await alpha.tags.all().values_list("name", flat=True) in (["red", "blue"], ["blue", "red"])
    assert names(await alpha.tags.filter(books__title="Beta")) == ["red"]


async def test_to_itself(db: Database) -> None:
    a, b, c = [await Person.create(name=name) for name in "abc"]
    await a.friends.add(b, c)
    await b.friends.add(c)
    assert names(await a.friends.order_by("name")) == ["b", "c"]
    assert names(await c.befriended_by.order_by("name")) == ["a", "b"]
    assert await c.friends == []
    found = await Person.all().prefetch_related("friends", "befriended_by").order_by("name")
    assert [sorted(names(person.befriended_by)) for person in found] == [[], ["a"], ["a", "b"]]
    assert names(await Person.filter(friends__name="c").order_by("name")) == ["a", "b"]


async def test_foreign_key_to_itself(db: Database) -> None:
    top = await Person.create(name="top")
    middle = await Person.create(name="middle", boss=top)
    await Person.create(name="low", boss=middle)
    found = await Person.get(name="low").select_related("boss__boss")
    assert (found.boss.name, found.boss.boss.name) == ("middle", "top")
    assert names(await Person.filter(boss__boss__name="top")) == ["low"]
    assert names(await Person.filter(staff__staff__name="low")) == ["top"]
    assert names(await top.staff) == ["middle"]


async def test_keys_of_other_types(db: Database) -> None:
    word = await Word.create(text="it's")
    other = await Word.create(text="ünï 🐢", weight=2)
    await word.meanings.create(gloss="one")
    await Meaning.create(word=other, gloss="two")
    ticket = await Ticket.create(subject="x")
    await ticket.words.add(word, other)
    assert sorted([w.text for w in await ticket.words]) == ["it's", "ünï 🐢"]
    found = await Ticket.get(pk=ticket.key).prefetch_related("words__meanings")
    assert sorted([m.gloss for w in found.words for m in w.meanings]) == ["one", "two"]
    assert (await Meaning.get(word="it's").select_related("word")).word.weight == 0
    assert [t.key for t in await other.tickets] == [ticket.key]


async def test_misuse_is_refused(db: Database) -> None:
    shelf = await fill_shelf()
    with refused(FieldError, "tags", "Tag"):
        await shelf.books["Alpha"].tags.add(shelf.authors["Ann"])
    with refused(OperationalError, "save"):
        await shelf.books["Alpha"].tags.add(Tag(name="unsaved"))
    with refused(OperationalError, "remove"):
        await shelf.books["Alpha"].tags.remove()
    with refused(OperationalError, "saved"):
        await Book(title="x", author=shelf.authors["Ann"]).tags.add(shelf.tags["red"])


# -- deleting what is referred to


async def test_cascade(db: Database) -> None:
    shelf = await fill_shelf()
    await shelf.authors["Ann"].delete()
    assert titles(await Book.all().order_by("title")) == ["Delta", "Gamma"]
    assert (await Book.get(title="Delta")).editor_id is None
    assert await shelf.tags["red"].books == []


async def test_links_go_with_their_rows(db: Database) -> None:
    shelf = await fill_shelf()
    await shelf.tags["red"].delete()
    assert names(await shelf.books["Alpha"].tags) == ["blue"]
    assert await Publisher.all().count() == 2


@pytest.mark.parametrize("value", ["Ann", None])
async def test_relation_names_and_column_names_mean_the_same(db: Database, value: str | None) -> None:
    shelf = await fill_shelf()
    editor = shelf.authors[value] if value else None
    key = editor.id if editor else None
    by_instance = await Book.filter(editor=editor).order_by("title")
    assert (
        by_instance
        == await Book.filter(editor_id=key).order_by("title")
        == await Book.filter(editor=key).order_by("title")
    )
    assert await Book.filter(title="Beta").update(editor=editor) == 1
    assert (await Book.get(title="Beta")).editor_id == key


async def test_whether_rows_have_been_fetched(db: Database) -> None:
    shelf = await fill_shelf()
    author = await Author.get(id=shelf.books["Alpha"].author_id)
    assert not author.books._fetched
    assert {book.title async for book in author.books} == {book.title for book in await author.books}
    assert not author.books._fetched
    await author.fetch_related("books")
    assert author.books._fetched

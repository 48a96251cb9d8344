"""Making, saving and changing instances."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

from compat_models import Author, Book, Everything, Publisher, Tag


async def created() -> Any:
    author = await Author.create(name="New", born=1)
    return author.id, author.name, author.born, author.pk


async def saved() -> Any:
    author = Author(name="New")
    before = author.pk
    await author.save()
    return before, author.id, await Author.filter(name="New").count()


async def saved_again() -> Any:
    author = await Author.get(name="Bo")
    author.born = 5
    await author.save()
    return (await Author.get(name="Bo")).born


async def saved_in_part() -> Any:
    author = await Author.get(name="Bo")
    author.born, author.name = 5, "Other"
    await author.save(update_fields=["born"])
    return (await Author.get(id=author.id)).name, (await Author.get(id=author.id)).born


async def saved_by_force() -> Any:
    author = Author(id=99, name="Forced")
    await author.save(force_create=True)
    return await Author.filter(id=99).exists()


async def updated_by_force() -> Any:
    author = Author(id=1, name="Forced")
    await author.save(force_update=True)
    return (await Author.get(id=1)).name


async def update_of_missing_row() -> Any:
    author = Author(id=999, name="Forced")
    await author.save(force_update=True)


async def deleted() -> Any:
    tag = await Tag.get(name="red")
    await tag.delete()
    return await Tag.filter(name="red").exists()


async def delete_of_unsaved() -> Any:
    await Tag(name="x").delete()


async def refreshed() -> Any:
    author = await Author.get(name="Bo")
    await Author.filter(name="Bo").update(born=7)
    await author.refresh_from_db()
    return author.born


async def refreshed_in_part() -> Any:
    author = await Author.get(name="Bo")
    author.name = "changed"
    await Author.filter(id=author.id).update(born=7)
    await author.refresh_from_db(fields=["born"])
    return author.born, author.name


async def refresh_of_unsaved() -> Any:
    await Author(name="x").refresh_from_db()


async def equality() -> Any:
    one, same, other = await Author.get(id=1), await Author.get(id=1), await Author.get(id=2)
    return one == same, one == other, hash(one) == hash(same), one == 1, Author(name="x") == Author(name="x")


async def hash_of_unsaved() -> Any:
    return hash(Author(name="x"))


async def texts() -> Any:
    return str(await Author.get(id=1)), repr(await Tag.get(id=1)), str(await Tag.get(id=1)), repr(Tag(name="x"))


async def cloned() -> Any:
    author = await Author.get(name="Bo")
    twin = author.clone()
    await twin.save()
    return twin.id != author.id, twin.name, await Author.filter(name="Bo").count()


async def cloned_with_key() -> Any:
    twin = (await Author.get(name="Bo")).clone(pk=300)
    await twin.save()
    return twin.id, await Author.filter(id=300).exists()


async def constructed() -> Any:
    author = Author.construct(id=5, name="x")
    return author.id, author.name, author._saved_in_db


async def updated_from_dict() -> Any:
    author = (await Author.get(name="Bo")).update_from_dict({"born": 12, "name": "Renamed"})
    await author.save()
    return await Author.get(id=author.id).values("name", "born")


async def updated_from_dict_unknown() -> Any:
    (await Author.get(name="Bo")).update_from_dict({"nothing": 12})


async def as_pairs() -> Any:
    return dict(await Author.get(name="Ada"))


async def copied() -> Any:
    author = copy.copy(await Author.get(name="Ada"))
    return author.name, author.pk


async def pickled() -> Any:
    author = pickle.loads(pickle.dumps(await Author.get(name="Ada")))
    return author.name, author.pk


async def get_or_create() -> Any:
    first, made = await Author.get_or_create(name="Zoe", defaults={"born": 3})
    again, made_again = await Author.get_or_create(name="Zoe", defaults={"born": 4})
    return made, made_again, first.id == again.id, again.born


async def get_or_create_of_many() -> Any:
    await Author.create(name="Bo")
    return await Author.get_or_create(name="Bo")


async def update_or_create() -> Any:
    first, made = await Author.update_or_create(name="Zoe", defaults={"born": 3})
    again, made_again = await Author.update_or_create(name="Zoe", defaults={"born": 4})
    return made, made_again, first.id == again.id, (await Author.get(name="Zoe")).born


async def bulk_created() -> Any:
    await Author.bulk_create([Author(name=f"n{i}", born=i) for i in range(5)])
    return await Author.filter(name__startswith="n").order_by("born").values_list("name", "born")


async def bulk_created_in_batches() -> Any:
    await Author.bulk_create([Author(name=f"n{i}") for i in range(25)], batch_size=10)
    return await Author.filter(name__startswith="n").count()


async def bulk_created_with_conflicts() -> Any:
    await Publisher.bulk_create([Publisher(name="North"), Publisher(name="West")], ignore_conflicts=True)
    return await Publisher.all().values_list("name", "city")


async def bulk_created_or_updated() -> Any:
    objects = [Publisher(name="North", city="Bern"), Publisher(name="West", city="Lima")]
    await Publisher.bulk_create(objects, on_conflict=["name"], update_fields=["city"])
    return await Publisher.all().values_list("name", "city")


async def bulk_created_conflict() -> Any:
    await Publisher.bulk_create([Publisher(name="West"), Publisher(name="North")])


async def bulk_created_nothing() -> Any:
    await Author.bulk_create([])
    return await Author.all().count()


async def bulk_updated() -> Any:
    books = await Book.all()
    for book in books:
        book.pages += 1000
        book.price = Decimal("1.25")
    changed = await Book.bulk_update(books, fields=["pages", "price"])
    return changed, await Book.all().order_by("id").values_list("pages", "price")


async def bulk_updated_in_batches() -> Any:
    books = await Book.all().order_by("id")
    for number, book in enumerate(books):
        book.rating = number / 2
    await Book.bulk_update(books, fields=["rating"], batch_size=2)
    return await Book.all().order_by("id").values_list("rating", flat=True)


async def bulk_updated_to_null() -> Any:
    rows = await Everything.all()
    for row in rows:
        row.text, row.document, row.day = None, None, None
    await Everything.bulk_update(rows, fields=["text", "document", "day"])
    return await Everything.all().order_by("id").values_list("text", "document", "day")


async def bulk_update_of_unsaved() -> Any:
    await Author.bulk_update([Author(name="x")], fields=["name"])


async def bulk_update_of_key() -> Any:
    await Author.bulk_update(await Author.all(), fields=["id"])


async def unique_violated() -> Any:
    await Publisher.create(name="North")


async def unique_together_violated() -> Any:
    await Book.create(title="Alpha", author_id=(await Author.get(name="Ada")).id)


async def key_taken() -> Any:
    await Author.create(id=1, name="x")


async def attribute_of_own() -> Any:
    author = await Author.get(name="Ada")
    author.note = "mine"  # type: ignore[attr-defined]  # users do
    await author.save()
    return author.note  # type: ignore[attr-defined]


async def made_from_pk() -> Any:
    author = Author(pk=77, name="x")
    await author.save()
    return author.id, author.pk


async def key_set() -> Any:
    author = Author(name="x")
    author.pk = 78
    await author.save()
    return await Author.filter(id=78).exists()

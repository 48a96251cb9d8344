"""The tables a query reads: paths over relations, walked once and shared."""

from __future__ import annotations

from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.base.timezone import Clock
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.relations import ForeignKeyFieldInstance, ManyToManyFieldInstance, Relation

INNER, OUTER = "INNER", "LEFT OUTER"


class Source:
    """A table of the query, and the alias its columns go by.

    `optional`: its rows may be missing; `many`: a row of the root may have several.
    """

    __slots__ = ("alias", "many", "meta", "optional")

    def __init__(self, meta: MetaInfo, alias: str, optional: bool, many: bool = False) -> None:
        self.meta, self.alias, self.optional, self.many = meta, alias, optional, many


class Joins:
    """The root table and what is joined to it, by path."""

    def __init__(self, meta: MetaInfo, clock: Clock, around: Optional[Joins] = None) -> None:
        self.clock = clock
        # inside another query no alias is given twice, so that each of its tables can be named from here
        self._aliases: set[str] = set() if around is None else around._aliases
        self.root = Source(meta, self._alias(meta.db_table), False)
        self.nodes: list[se.Join] = []
        #: True once a relation to many rows is joined, which repeats rows of the root
        self.many = False
        self.by_path: dict[tuple[str, ...], Source] = {(): self.root}
        #: the aliases of joined queries
        self.laterals: set[str] = set()
        self._links: dict[ManyToManyFieldInstance, str] = {}

    def column(self, source: Source, field: Field[Any]) -> ex.Column:
        """A column of a joined table."""
        return ex.Column(source.alias, field.column, field.sql_type(self.clock))

    def table(self, source: Source) -> se.Table:
        """The table node of a source."""
        return se.Table(source.meta.db_table, source.meta.schema, source.alias)

    def follow(self, path: tuple[str, ...]) -> Source:
        """The source at the end of a path of relations, joined if it is not yet. Raises FieldError."""
        source = self.by_path.get(path)
        if source is None:
            before = self.follow(path[:-1])
            relation = before.meta.relation(path[-1])
            source = self.by_path[path] = self._join(before, relation, path)
        return source

    def _join(self, before: Source, relation: Relation, path: tuple[str, ...]) -> Source:
        meta: MetaInfo = relation.related_model._meta
        optional, many = before.optional or relation.many or may_miss(relation), before.many or relation.many
        source = Source(meta, self._alias("__".join(path)), optional, many)
        kind = OUTER if source.optional else INNER
        self.many = self.many or relation.many
        if isinstance(relation, ManyToManyFieldInstance):
            self._join_link(before, relation, source)
            return source
        on = [pr.Compare("=", self.column(source, far), self.column(before, own)) for own, far in relation.pairs]
        self.nodes.append(se.Join(kind, self.table(source), _all(on)))
        return source

    def _join_link(self, before: Source, relation: ManyToManyFieldInstance, source: Source) -> None:
        link = self._alias(relation.link_table)
        near = [
            pr.Compare("=", ex.Column(link, name, None), self.column(before, key))
            for name, key in zip(relation.own_columns, relation.own_key)
        ]
        far = [
            pr.Compare("=", self.column(source, key), ex.Column(link, name, None))
            for name, key in zip(relation.far_columns, relation.far_key)
        ]
        schema = self._schema(relation)
        self.nodes.append(se.Join(OUTER, se.Table(relation.link_table, schema, link), _all(near)))
        self.nodes.append(se.Join(OUTER, self.table(source), _all(far)))

    def lateral(self, name: str, select: se.Select) -> str:
        """The alias of a query that is joined under `name` for each row; it may give several, or none."""
        alias = self._alias(name)
        self.nodes.append(se.Join(OUTER, se.Lateral(select, alias), pr.And(())))
        self.laterals.add(alias)
        self.many = True
        return alias

    def link_root(self, relation: ManyToManyFieldInstance) -> str:
        """The alias of the link table of `relation`, joined to the root, which is its far side."""
        link = self._links.get(relation)
        if link is None:
            link = self._links[relation] = self._alias(relation.link_table)
            on = [
                pr.Compare("=", ex.Column(link, name, None), self.column(self.root, key))
                for name, key in zip(relation.far_columns, relation.far_key)
            ]
            self.nodes.append(se.Join(INNER, se.Table(relation.link_table, self._schema(relation), link), _all(on)))
        return link

    def link_columns(self, relation: ManyToManyFieldInstance) -> list[ex.Column]:
        """The columns of the link table that name the rows of the near side; joins it to the root, the far side."""
        link = self.link_root(relation)
        pairs = zip(relation.own_columns, relation.own_key)
        return [ex.Column(link, name, field.sql_type(self.clock)) for name, field in pairs]

    @staticmethod
    def _schema(relation: ManyToManyFieldInstance) -> Optional[str]:
        """The schema of a link table: that of the model that declared it."""
        declared = relation.mirror if relation.generated and relation.mirror is not None else relation
        schema: Optional[str] = declared.model._meta.schema
        return schema

    def _alias(self, wanted: str) -> str:
        alias, number = wanted, 1
        while alias in self._aliases:
            number += 1
            alias = f"{wanted}_{number}"
        self._aliases.add(alias)
        return alias


def _all(parts: list[pr.Compare]) -> ex.Predicate:
    return parts[0] if len(parts) == 1 else pr.And(tuple(parts))


def may_miss(relation: Relation) -> bool:
    """True if a row may name no related row: the key may be NULL, or nothing makes it name one that is there."""
    return relation.null or (isinstance(relation, ForeignKeyFieldInstance) and not relation.db_constraint)


def own_column(relation: Relation, field: Field[Any]) -> Optional[Field[Any]]:
    """The column of this table that equals `field` of the related row, so that no join is needed."""
    if isinstance(relation, ForeignKeyFieldInstance):
        for own, far in relation.pairs:
            if far is field:
                return own
    return None

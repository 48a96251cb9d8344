"""Mistakes in the engine."""

from __future__ import annotations

from source_mutant import SourceMutant

CORE_MUTANTS: dict[str, SourceMutant] = {
    # tortoise_core.query.steps.filter
    "exclude-like-filter": SourceMutant(
        "tortoise_core.query.steps.filter",
        '["exclude" if negated else "filter"]',
        '["filter"]',
        ("TestConditions::test_the_same_conditions_required_and_excluded",),
    ),
    "exclude-any": SourceMutant(
        "tortoise_core.query.steps.filter",
        "Q(*[~condition for condition in each])",
        "~Q(*each)",
        ("TestConditions::test_what_meets_one_of_several_excluded_conditions_is_left_out",),
    ),
    # tortoise_core.query.steps.annotate
    "annotations-share-values": SourceMutant(
        "tortoise_core.query.steps.annotate",
        "start += len(expression.values)",
        "start += 0",
        ("TestExpressions::test_values",),
    ),
    # tortoise_core.query.steps.assign
    "assignments-share-values": SourceMutant(
        "tortoise_core.query.steps.assign",
        "len(value.values) if isinstance(value, Expression) else 1",
        "1",
        ("TestWrites::test_expressions_beside_values",),
    ),
    # tortoise_core.query.steps.order_by
    "order-without-names": SourceMutant(
        "tortoise_core.query.steps.order_by",
        '("order_by", tuple(shape))',
        '("order_by", len(shape))',
        ("TestOrdering::test_by_every_type[small]",),
    ),
    # tortoise_core.query.steps.only
    "only-without-names": SourceMutant(
        "tortoise_core.query.steps.only",
        '("only", names)',
        '"only"',
        ("TestOnly::test_other_columns_are_another_query",),
    ),
    # tortoise_core.query.steps.group_by
    "groups-without-names": SourceMutant(
        "tortoise_core.query.steps.group_by",
        '("group_by", names)',
        '("group_by", len(names))',
        ("TestGroups::test_other_groups_of_the_same_values",),
    ),
    # tortoise_core.query.steps.select_related
    "last-select-related": SourceMutant(
        "tortoise_core.query.steps.select_related",
        "(*request.select_related, *self.paths)",
        "self.paths",
        ("TestRelations::test_select_related_one_by_one",),
    ),
    # tortoise_core.query.steps.slice
    "negative-limit": SourceMutant(
        "tortoise_core.query.steps.slice",
        "value < 0",
        "value < -1",
        ("TestOrdering::test_impossible_sizes_are_refused[-1]",),
    ),
    # tortoise_core.query.clauses.grouping
    "part-of-key-is-whole": SourceMutant(
        "tortoise_core.query.clauses.grouping",
        "if all((root.alias",
        "if any((root.alias",
        ("TestCompositeKeys::test_a_part_of_the_key_is_not_the_key_of_a_group",),
    ),
    # tortoise_core.query.clauses.ordering
    "order-of-model-in-groups": SourceMutant(
        "tortoise_core.query.clauses.ordering",
        "entries if entries is not None else () if request.group_by else tuple(scope.meta.ordering)",
        "entries if entries is not None else tuple(scope.meta.ordering)",
        ("TestGroups::test_groups_have_no_order_of_the_model",),
    ),
    "key-order-ascending": SourceMutant(
        "tortoise_core.query.clauses.ordering",
        'se.OrderBy(expression, entry.startswith("-"))',
        "se.OrderBy(expression, False)",
        ("TestCompositeKeys::test_lookups_of_the_key",),
    ),
    # tortoise_core.query.clauses.where
    "negated-parts-apart": SourceMutant(
        "tortoise_core.query.clauses.where",
        "if q.negated or q.join_type",
        "if q.join_type",
        ("TestConditions::test_condition[not]",),
    ),
    # tortoise_core.query.clauses.related
    "only-of-related-ignored": SourceMutant(
        "tortoise_core.query.clauses.related",
        "below.get(path, source.meta.columns)",
        "source.meta.columns",
        ("TestOnly::test_related_columns",),
    ),
    # tortoise_core.query.clauses.only
    "only-without-related-key": SourceMutant(
        "tortoise_core.query.clauses.only",
        "[*fields, *meta.key] if with_key else fields",
        "fields",
        ("TestOnly::test_related_columns",),
    ),
    # tortoise_core.query.union
    "union-all-of-first": SourceMutant(
        "tortoise_core.query.union",
        "arm.all for arm in arms[1:]",
        "arm.all for arm in arms[:-1]",
        ("TestUnions::test_equal_rows_once_or_all",),
    ),
    "union-order-ascending": SourceMutant(
        "tortoise_core.query.union",
        'name.startswith("-"))',
        "False)",
        ("TestUnions::test_order_and_slices_are_those_of_the_whole",),
    ),
    # tortoise_core.load.union
    "union-all-not-in-shape": SourceMutant(
        "tortoise_core.load.union",
        "part.record._meta.token, part.all, len(part.steps)",
        "part.record._meta.token, len(part.steps)",
        ("TestUnions::test_equal_rows_once_or_all",),
    ),
    "union-of-one-model": SourceMutant(
        "tortoise_core.load.union",
        "loaders[0] if len(loaders) == 1 else _by_mark(loaders)",
        "loaders[0]",
        ("TestUnions::test_of_several_models",),
    ),
    # tortoise_core.query.per_parent
    "offset-per-parent-from": SourceMutant(
        "tortoise_core.query.per_parent",
        'pr.Compare(">", number, low)',
        'pr.Compare(">=", number, low)',
        ("TestPrefetch::test_offset_and_slices",),
    ),
    "limit-per-parent-with-offset": SourceMutant(
        "tortoise_core.query.per_parent",
        'high if low is None else ex.Arithmetic("+", low, high, _INTEGER)',
        "high",
        ("TestPrefetch::test_offset_and_slices",),
    ),
    # tortoise_core.load.branches
    "second-prefetch-wins": SourceMutant(
        "tortoise_core.load.branches",
        "self.steps is not None and self.steps != query._steps",
        "False",
        ("TestPrefetch::test_what_cannot_be_is_refused",),
    ),
    # tortoise_core.load.prefetch
    "prefetch-forgets-owner": SourceMutant(
        "tortoise_core.load.prefetch",
        "setattr(row, back, keys[key])",
        "pass",
        ("TestPrefetch::test_conditions_and_order",),
    ),
    # tortoise_core.model.upserts
    "lookups-are-stored": SourceMutant(
        "tortoise_core.model.upserts",
        ' if name in meta.fields_map or name == "pk"}',
        "}",
        ("TestUpserts::test_lookups_only_find",),
    ),
    "defaults-do-not-win": SourceMutant(
        "tortoise_core.model.upserts",
        "{**_storable(meta, wanted), **checked}",
        "{**checked, **_storable(meta, wanted)}",
        ("TestUpserts::test_defaults_may_differ",),
    ),
    "race-is-an-error": SourceMutant(
        "tortoise_core.model.upserts",
        "except IntegrityError as error:",
        "except ZeroDivisionError as error:",
        ("TestUpserts::test_one_of_many_creates[get_or_create]",),
    ),
    # tortoise_core.write.upsert
    "conflicting-key-kept": SourceMutant(
        "tortoise_core.write.upsert",
        "if plan.generated or (rule.updates and len(instance._meta.key) == 1):",
        "if plan.generated:",
        ("TestBulk::test_a_given_key_becomes_that_of_the_row",),
    ),
    # tortoise_core.write.conflicts
    "conflict-without-stamps": SourceMutant(
        "tortoise_core.write.conflicts",
        "for field in meta.columns if field.automatic[1] and field not in found",
        "for field in ()",
        ("TestBulk::test_stamps_of_every_save_are_updated_too",),
    ),
    # tortoise_core.write.upsert
    "generated-keys-first": SourceMutant(
        "tortoise_core.write.upsert",
        "key=lambda item: item[0][0])",
        "key=lambda item: not item[0][0])",
        ("TestBulk::test_given_keys_are_stored_before_any_is_generated",),
    ),
    # tortoise_core.write.bulk_update
    "bulk-update-remembers-shifted": SourceMutant(
        "tortoise_core.write.bulk_update",
        "(*rows[at][keys:], *rows[at][:keys])",
        "rows[at]",
        ("TestBulk::test_what_was_written_is_known",),
    ),
    "bulk-update-of-two-that-differ": SourceMutant(
        "tortoise_core.write.bulk_update",
        "if found.setdefault(key, row) != row:",
        "if found.setdefault(key, row) is None:",
        ("TestBulk::test_one_object_twice",),
    ),
    "bulk-update-counts-all": SourceMutant(
        "tortoise_core.write.bulk_update",
        "changed += count",
        "changed += len(part)",
        ("TestBulk::test_a_row_that_is_gone",),
    ),
    # tortoise_core.dialect.compiler.on_conflict
    "conflict-target-dropped": SourceMutant(
        "tortoise_core.dialect.compiler.on_conflict",
        'f" ({\', \'.join(map(self.quote, node.targets))})" if node.targets else ""',
        '""',
        ("TestBulk::test_only_the_constraint_that_is_named",),
    ),
    "conflict-keeps-old": SourceMutant(
        "tortoise_core.dialect.compiler.on_conflict",
        'f"EXCLUDED.{self.quote(node.name)}"',
        'f"{self.quote(node.name)}"',
        ("TestBulk::test_rows_in_the_way_are_updated",),
    ),
    # tortoise_core.schema.validating
    "not-a-number-passes": SourceMutant(
        "tortoise_core.schema.validating",
        "if not value >= self.min_value:",
        "if value < self.min_value:",
        ("unit/test_validators.py::test_refused",),
    ),
    "regex-anywhere": SourceMutant(
        "tortoise_core.schema.validating",
        "self.regex.match(text(value))",
        "self.regex.search(text(value))",
        ("unit/test_validators.py::test_refused",),
    ),
    # tortoise_core.query.transforms
    "date-parts-in-utc": SourceMutant(
        "tortoise_core.query.transforms",
        "zone = clock.timezone if",
        'zone = "UTC" if',
        ("TestDocuments::test_parts_of_moments_in_the_configured_zone[Asia/Kolkata]",),
    ),
    "lookup-of-document-is-key": SourceMutant(
        "tortoise_core.query.transforms",
        "(*DOCUMENT_PART, *PARTS) else None",
        "PARTS else None",
        ("TestDocuments::test_values_of_every_type[not]",),
    ),
    # tortoise_core.query.keys
    "half-a-key-is-a-key": SourceMutant(
        "tortoise_core.query.keys",
        "return pr.Or(tuple([pr.IsNull(column, False)",
        "return pr.And(tuple([pr.IsNull(column, False)",
        ("TestCompositeKeys::test_half_a_key_names_nothing",),
    ),
    "other-key-or-none": SourceMutant(
        "tortoise_core.query.keys",
        'return found if name == "exact" else pr.Or((pr.Not(found), term.missing()))',
        'return found if name == "exact" else pr.Not(found)',
        ("TestCompositeKeys::test_lookups_of_a_foreign_key",),
    ),
    "other-keys-or-none": SourceMutant(
        "tortoise_core.query.keys",
        "if with_none else pr.Or((pr.Not(found), term.missing()))",
        "if with_none else pr.Not(found)",
        ("TestCompositeKeys::test_lookups_of_a_foreign_key",),
    ),
    # tortoise_core.model.signals
    "last-listener-first": SourceMutant(
        "tortoise_core.model.signals",
        "(*listeners.get(signal, ()), listener)",
        "(listener, *listeners.get(signal, ()))",
        ("TestSignals::test_listeners_run_in_order",),
    ),
    # tortoise_core.session.router
    "last-router-first": SourceMutant(
        "tortoise_core.session.router",
        "for router in routers:",
        "for router in [*routers][::-1]:",
        ("TestRouters::test_the_first_with_an_opinion",),
    ),
    "reads-like-writes": SourceMutant(
        "tortoise_core.session.router",
        '"db_for_read", "db_for_write"',
        '"db_for_write", "db_for_write"',
        ("TestRouters::test_reads_here_writes_there",),
    ),
    # tortoise_core.session.pool
    "overtaking": SourceMutant(
        "tortoise_core.session.pool",
        "if self._waiters:\n            return None",
        "if False:\n            return None",
        ("unit/test_pool.py::test_an_exclusive_waiter_that_gives_up_unblocks_those_behind_it",),
    ),
    "broken-session-lent": SourceMutant(
        "tortoise_core.session.pool",
        "or lease.broken or lease.session.closed:",
        "or lease.session.closed:",
        ("unit/test_pool.py::test_the_timeout_says_who_holds_what",),
    ),
    "expired-session-lent": SourceMutant(
        "tortoise_core.session.pool",
        "if now >= lease.expires_at or lease.broken",
        "if lease.broken",
        ("unit/test_pool.py::test_a_session_past_its_lifetime_is_replaced_when_given_back",),
    ),
    # tortoise_core.load.hydrate
    "related-row-by-first-column": SourceMutant(
        "tortoise_core.load.hydrate",
        "key = related.start + related.fields.index(meta.pk)",
        "key = related.start",
        ("TestRelations::test_related_rows_are_told_by_their_keys",),
    ),
    "one-to-one-without-way-back": SourceMutant(
        "tortoise_core.load.hydrate",
        "if isinstance(related.relation, BackwardOneToOneRelation):",
        "if False:",
        ("TestOneToOne::test_reverse_in_one_query_and_in_further_ones",),
    ),
    # tortoise_core.schema.field_docs
    "model-in-docs": SourceMutant(
        "tortoise_core.schema.field_docs",
        'text.replace("{model}", cls.__name__)',
        "text",
        ("unit/test_describe.py::test_comments_describe_fields",),
    ),
    "old-docs-kept": SourceMutant(
        "tortoise_core.schema.field_docs",
        "docs.pop(name, None)",
        "pass",
        ("unit/test_describe.py::test_comments_describe_fields",),
    ),
    "docs-cut": SourceMutant(
        "tortoise_core.schema.field_docs",
        '"\\n".join(found)',
        'found[-1] if found else ""',
        ("unit/test_describe.py::test_comments_describe_fields",),
    ),
    # tortoise_core.schema.fields.temporal
    "aware-to-naive-as-written": SourceMutant(
        "tortoise_core.schema.fields.temporal",
        "value if value.tzinfo is None else value.astimezone(clock.zone).replace(tzinfo=None)",
        "value.replace(tzinfo=None)",
        (
            "unit/test_construct_clock.py::test_a_moment_of_another_zone_is_kept_as_clocks_of_the_configured_one_show_it",
        ),
    ),
    "naive-read-in-utc": SourceMutant(
        "tortoise_core.schema.fields.temporal",
        "return value.replace(tzinfo=clock.zone)",
        "return value.replace(tzinfo=UTC)",
        ("unit/test_construct_clock.py::test_a_naive_moment_is_read_in_the_configured_zone",),
    ),
    # tortoise_core.base.timezone
    "naive-to-utc": SourceMutant(
        "tortoise_core.base.timezone",
        "return value.astimezone(_zone(timezone)).replace(tzinfo=None)",
        "return value.astimezone(UTC).replace(tzinfo=None)",
        ("unit/test_timezone.py::test_aware_and_naive",),
    ),
    # tortoise_core.query.subquery
    "outer-ref-not-in-shape": SourceMutant(
        "tortoise_core.query.subquery",
        '("OuterRef", name)',
        '"OuterRef"',
        ("TestSubqueries::test_the_same_query_about_other_columns",),
    ),
}

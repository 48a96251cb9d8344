"""The suite. A test module of a dialect is this, and its `Target`::

from tortoise_testkit.suite import *
from tortoise_testkit.target import Target

TARGET = Target("mydialect", url="mydialect://root@127.0.0.1/")
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tortoise_testkit.cases import (
    aggregates,
    bulk,
    capabilities,
    clients,
    columns,
    composite_keys,
    computed,
    conditions,
    configuration,
    conflicts,
    contexts,
    counting,
    describe,
    distinct,
    documents,
    errors,
    exists,
    expressions,
    functions,
    groups,
    hostile,
    indexes,
    instances,
    isolation,
    known_defects,
    known_defects_running,
    lateral,
    locks,
    lookup_matrix,
    lookups,
    managers,
    mistakes,
    model_api,
    names,
    one_to_one,
    only,
    order_terms,
    ordered_aggregates,
    ordering,
    own_fields,
    prefetch,
    presets,
    raw,
    relation_options,
    relations,
    returning,
    round_trips,
    routers,
    schema,
    signals,
    streaming,
    subqueries,
    text_of_columns,
    transactions,
    unions,
    upserts,
    windows,
    writes,
)

#: area -> how many cases it has at least; a run with fewer fails, so that the suite cannot shrink unseen
MINIMUM = {
    "fields": 270,
    "lookups": 144,
    "lookup_matrix": 71,
    "text_of_columns": 3,
    "documents": 24,
    "conditions": 30,
    "functions": 29,
    "locks": 8,
    "raw": 47,
    "only": 15,
    "unions": 13,
    "expressions": 53,
    "aggregates": 61,
    "ordered_aggregates": 5,
    "groups": 26,
    "ordering": 44,
    "order_terms": 7,
    "distinct": 8,
    "counting": 9,
    "relations": 38,
    "relation_options": 21,
    "one_to_one": 11,
    "composite_keys": 22,
    "computed": 20,
    "prefetch": 16,
    "writes": 50,
    "returning": 8,
    "instances": 24,
    "transactions": 33,
    "isolation": 9,
    "errors": 51,
    "mistakes": 93,
    "names": 61,
    "subqueries": 12,
    "exists": 11,
    "lateral": 19,
    "windows": 16,
    "hostile": 60,
    "schema": 37,
    "indexes": 50,
    "describe": 60,
    "configuration": 28,
    "contexts": 16,
    "clients": 26,
    "capabilities": 11,
    "model_api": 35,
    "signals": 14,
    "upserts": 23,
    "conflicts": 6,
    "routers": 16,
    "streaming": 46,
    "known_defects": 34,
    "known_defects_running": 28,
    "bulk": 61,
    "managers": 16,
    "presets": 36,
    "own_fields": 33,
    "round_trips": 33,
}


def area(name: str, module: ModuleType) -> Any:
    """A test class with the cases of a module."""
    found = {key: staticmethod(value) for key, value in vars(module).items() if key.startswith("test_")}
    return type(f"Test{name.capitalize()}", (), {"__doc__": module.__doc__, "tortoise_area": name, **found})


TestFields = area("fields", columns)
TestLookups = area("lookups", lookups)
TestLookupMatrix = area("lookup_matrix", lookup_matrix)
TestTextOfColumns = area("text_of_columns", text_of_columns)
TestDocuments = area("documents", documents)
TestConditions = area("conditions", conditions)
TestExpressions = area("expressions", expressions)
TestAggregates = area("aggregates", aggregates)
TestOrderedAggregates = area("ordered_aggregates", ordered_aggregates)
TestGroups = area("groups", groups)
TestOrdering = area("ordering", ordering)
TestOrderTerms = area("order_terms", order_terms)
TestDistinct = area("distinct", distinct)
TestCounting = area("counting", counting)
TestRelations = area("relations", relations)
TestRelationOptions = area("relation_options", relation_options)
TestOneToOne = area("one_to_one", one_to_one)
TestCompositeKeys = area("composite_keys", composite_keys)
TestComputed = area("computed", computed)
TestPrefetch = area("prefetch", prefetch)
TestWrites = area("writes", writes)
TestReturning = area("returning", returning)
TestInstances = area("instances", instances)
TestTransactions = area("transactions", transactions)
TestIsolation = area("isolation", isolation)
TestErrors = area("errors", errors)
TestMistakes = area("mistakes", mistakes)
TestNames = area("names", names)
TestHostile = area("hostile", hostile)
TestSchema = area("schema", schema)
TestIndexes = area("indexes", indexes)
TestDescribe = area("describe", describe)
TestConfiguration = area("configuration", configuration)
TestContexts = area("contexts", contexts)
TestClients = area("clients", clients)
TestCapabilities = area("capabilities", capabilities)
TestPresets = area("presets", presets)
TestOwnFields = area("own_fields", own_fields)
TestRoundTrips = area("round_trips", round_trips)
TestModelApi = area("model_api", model_api)
TestSignals = area("signals", signals)
TestUpserts = area("upserts", upserts)
TestConflicts = area("conflicts", conflicts)
TestRouters = area("routers", routers)
TestStreaming = area("streaming", streaming)
TestKnownDefects = area("known_defects", known_defects)
TestKnownDefectsRunning = area("known_defects_running", known_defects_running)
TestBulk = area("bulk", bulk)
TestFunctions = area("functions", functions)
TestLocks = area("locks", locks)
TestRaw = area("raw", raw)
TestOnly = area("only", only)
TestUnions = area("unions", unions)
TestSubqueries = area("subqueries", subqueries)
TestExists = area("exists", exists)
TestLateral = area("lateral", lateral)
TestWindows = area("windows", windows)
TestManagers = area("managers", managers)

__all__ = [
    "TestFields",
    "TestLookups",
    "TestLookupMatrix",
    "TestTextOfColumns",
    "TestDocuments",
    "TestConditions",
    "TestExpressions",
    "TestAggregates",
    "TestOrderedAggregates",
    "TestGroups",
    "TestOrdering",
    "TestOrderTerms",
    "TestDistinct",
    "TestCounting",
    "TestRelations",
    "TestRelationOptions",
    "TestOneToOne",
    "TestCompositeKeys",
    "TestComputed",
    "TestPrefetch",
    "TestWrites",
    "TestReturning",
    "TestInstances",
    "TestTransactions",
    "TestIsolation",
    "TestErrors",
    "TestMistakes",
    "TestNames",
    "TestHostile",
    "TestSchema",
    "TestIndexes",
    "TestDescribe",
    "TestConfiguration",
    "TestContexts",
    "TestClients",
    "TestCapabilities",
    "TestPresets",
    "TestOwnFields",
    "TestRoundTrips",
    "TestModelApi",
    "TestSignals",
    "TestUpserts",
    "TestConflicts",
    "TestRouters",
    "TestStreaming",
    "TestKnownDefects",
    "TestKnownDefectsRunning",
    "TestBulk",
    "TestFunctions",
    "TestLocks",
    "TestRaw",
    "TestOnly",
    "TestUnions",
    "TestSubqueries",
    "TestExists",
    "TestLateral",
    "TestWindows",
    "TestManagers",
]

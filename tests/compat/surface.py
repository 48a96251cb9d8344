"""What of tortoise-orm 1.1.9 is compared, and what is missing here for a reason: a frozen list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

#: public modules that are compared name by name
MODULES = (
    "tortoise", "tortoise.apps", "tortoise.backends", "tortoise.backends.asyncpg", "tortoise.backends.asyncpg.client",
    "tortoise.backends.asyncpg.executor", "tortoise.backends.asyncpg.schema_generator", "tortoise.backends.base",
    "tortoise.backends.base.client", "tortoise.backends.base.config_generator", "tortoise.backends.base.executor",
    "tortoise.backends.base.schema_generator", "tortoise.backends.base_postgres",
    "tortoise.backends.base_postgres.client", "tortoise.backends.base_postgres.executor",
    "tortoise.backends.base_postgres.schema_generator", "tortoise.backends.psycopg",
    "tortoise.backends.psycopg.client", "tortoise.backends.psycopg.executor",
    "tortoise.backends.psycopg.schema_generator", "tortoise.backends.sqlite", "tortoise.backends.sqlite.client",
    "tortoise.backends.sqlite.executor", "tortoise.backends.sqlite.schema_generator", "tortoise.config",
    "tortoise.connection", "tortoise.context", "tortoise.contrib", "tortoise.contrib.postgres",
    "tortoise.contrib.postgres.array_functions", "tortoise.contrib.postgres.fields",
    "tortoise.contrib.postgres.functions", "tortoise.contrib.postgres.indexes",
    "tortoise.contrib.postgres.json_functions", "tortoise.contrib.postgres.regex", "tortoise.contrib.postgres.search",
    "tortoise.contrib.sqlite",
    "tortoise.contrib.sqlite.functions", "tortoise.contrib.sqlite.regex", "tortoise.contrib.test",
    "tortoise.contrib.test.condition", "tortoise.converters",
    "tortoise.exceptions", "tortoise.expressions", "tortoise.fields", "tortoise.fields.base", "tortoise.fields.data",
    "tortoise.fields.db_defaults", "tortoise.fields.relational", "tortoise.filters", "tortoise.functions",
    "tortoise.indexes", "tortoise.log", "tortoise.manager", "tortoise.migrations.constraints", "tortoise.models",
    "tortoise.query_api", "tortoise.query_utils", "tortoise.queryset", "tortoise.router", "tortoise.schema_quoting",
    "tortoise.signals",
    "tortoise.timezone", "tortoise.transactions", "tortoise.utils", "tortoise.validators", "tortoise.warnings",
)  # fmt: skip
#: module, with all that is below it and not in MODULES -> what brings it
LATER: dict[str, str] = {
    "tortoise.__main__": "the command line",
    "tortoise.cli": "the command line",
    "tortoise.migrations": "migrations",
    "tortoise.contrib.mysql": "MySQL and MariaDB",
    "tortoise.backends.mysql": "MySQL and MariaDB",
    "tortoise.backends.odbc": "SQL Server and Oracle",
    "tortoise.backends.mssql": "SQL Server and Oracle",
    "tortoise.backends.oracle": "SQL Server and Oracle",
    "tortoise.contrib.pydantic": "pydantic",
    "tortoise.contrib.pylint": "pylint",
    "tortoise.contrib.aiohttp": "web frameworks",
    "tortoise.contrib.blacksheep": "web frameworks",
    "tortoise.contrib.fastapi": "web frameworks",
    "tortoise.contrib.quart": "web frameworks",
    "tortoise.contrib.sanic": "web frameworks",
    "tortoise.contrib.starlette": "web frameworks",
}
#: names that are no classes or functions of the module's own, and are public all the same
OBJECTS: dict[str, tuple[str, ...]] = {
    "tortoise": (
        "BackwardFKRelation", "BackwardOneToOneRelation", "BaseDBAsyncClient", "ForeignKeyFieldInstance",
        "ManyToManyFieldInstance", "Model", "OneToOneFieldInstance", "Tortoise", "TortoiseConfig", "connections",
    ),
    "tortoise.connection": ("connections",),
    "tortoise.contrib.postgres.json_functions": ("operator_keywords",),
    "tortoise.contrib.postgres.search": (
        "ScalarValue", "VectorInput", "QueryInput", "ConfigInput", "WeightInput", "RankWeightInput",
        "NormalizationInput", "HeadlineExpressionInput", "HeadlineOptionValue",
    ),
    "tortoise.router": ("router",),
    "tortoise.timezone": ("UTC", "get_use_tz", "get_timezone", "get_default_timezone"),
    "tortoise.fields": (
        "BackwardFKRelation", "BackwardOneToOneRelation", "BigIntField", "BigIntegerField", "BinaryField",
        "BooleanField", "CASCADE", "CharEnumField", "CharField", "DateField", "DateTimeField", "DatetimeField",
        "DecimalField", "DurationField", "Field", "FloatField", "ForeignKey", "ForeignKeyField",
        "ForeignKeyNullableRelation", "ForeignKeyRelation", "IntEnumField", "IntField", "IntegerField", "JSONField",
        "ManyToManyField", "ManyToManyRelation", "NO_ACTION", "Now", "OnDelete", "OneToOneField",
        "OneToOneNullableRelation", "OneToOneRelation", "RESTRICT", "RandomHex", "ReverseRelation", "SET_DEFAULT",
        "SET_NULL", "SmallIntField", "SmallIntegerField", "SqlDefault", "TextField", "TimeDeltaField", "TimeField",
        "UUIDField",
    ),
    "tortoise.fields.base": ("DB_DEFAULT_NOT_SET", "CASCADE", "RESTRICT", "SET_NULL", "SET_DEFAULT", "NO_ACTION"),
    "tortoise.fields.data": ("JSON_DUMPS",),
    "tortoise.fields.relational": ("CASCADE", "SET_NULL", "NoneAwaitable", "OneToOneRelation", "ForeignKeyRelation"),
    "tortoise.models": ("NoneAwaitable", "router"),
    "tortoise.queryset": ("router", "MODEL", "QUERY"),
    "tortoise.log": ("logger", "db_client_logger"),
    "tortoise.validators": ("validate_domain_name", "validate_url", "validate_email"),
}  # fmt: skip
_PYPIKA = "pypika objects, whose place a tree of our own takes; lookups and functions are added by hook or class"
_MADE = "made by the engine, never by its users: the chain of methods, a relation or a URL leads to one"
_SCOPE = "`resolve` takes the scope of this project's tree, which is not pypika's"
_STEPS = "a query is a tuple of steps, which never changes; what it was asked is read off its SQL"
_POOL = "sessions are lent by the engine's own pool: `acquire_connection()` gives one"
_INSTANCE = "an attribute of the instance, not of the class: test_instances_have_what_classes_lack"
_STANDS = "stands for connections in isinstance; those of all databases are one class, `BaseDBAsyncClient`"
_COMPILED = "dialects write statements and schemas by compilers; using or deriving from the class says what to use"
_MIGRATIONS = "comes with migrations, another issue"
_QUERIES = (
    "UpdateQuery", "DeleteQuery", "ExistsQuery", "ContainsQuery", "CountQuery", "FieldSelectQuery", "ValuesListQuery",
    "ValuesQuery", "RawSQLQuery", "BulkUpdateQuery", "BulkCreateQuery", "UnionCountQuery", "UnionQuery",
)  # fmt: skip
_DECLARED = ("ForeignKeyFieldInstance", "OneToOneFieldInstance", "ManyToManyFieldInstance")
_BACKWARD = ("BackwardFKRelation", "BackwardOneToOneRelation")
_MANAGERS = ("ReverseRelation", "ManyToManyRelation")
#: where the classes of relations are to be found
_RELATIONS = {
    "tortoise": (*_DECLARED, *_BACKWARD),
    "tortoise.fields": (*_BACKWARD, *_MANAGERS),
    "tortoise.fields.relational": ("RelationalField", *_DECLARED, *_BACKWARD, *_MANAGERS),
}
_INDEXES = ("PostgreSQLIndex", "BloomIndex", "BrinIndex", "GinIndex", "GistIndex", "HashIndex", "SpGistIndex")
_SEARCH = (
    "SearchVectorCombinable", "SearchVector", "CombinedSearchVector", "SearchQueryCombinable", "SearchQuery",
    "CombinedSearchQuery", "SearchRank", "SearchHeadline", "LexemeCombinable", "Lexeme", "CombinedLexeme",
)  # fmt: skip
_FUNCTIONS = ("Trim", "Length", "Coalesce", "Lower", "Upper", "Concat", "Count", "Sum", "Max", "Min", "Avg")
#: attributes that instances of functions have, and their classes do not
FUNCTION_ATTRIBUTES = ("default_values", "field")
#: attributes that instances have, and classes here do not: class -> names
INSTANCE_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "tortoise.context.TortoiseContext": ("connections", "apps", "inited", "routers"),
    "tortoise.models.MetaInfo": (
        "ordering", "abstract", "app", "constraints", "db_table", "fetch_db_defaults", "fields_map", "indexes",
        "manager", "schema", "table_description", "unique_together",
    ),
}  # fmt: skip


def _exceptions() -> Iterator[tuple[str, str]]:
    for name in _QUERIES:
        yield f"tortoise.queryset.{name}()", _MADE
    yield "tortoise.queryset.UnionQuery.query", _PYPIKA
    for name in ("AwaitableQuery", "QuerySet", *_QUERIES[:-1]):
        for member in ("resolve_filters", "resolve_ordering", "query"):
            yield f"tortoise.queryset.{name}.{member}", _PYPIKA
    for name in ("FieldSelectQuery", "ValuesListQuery", "ValuesQuery"):
        yield f"tortoise.queryset.{name}.add_field_to_select_query", _PYPIKA
        yield f"tortoise.queryset.{name}.resolve_to_python_value", _PYPIKA
    for name in ("UpdateQuery", "BulkUpdateQuery"):
        yield f"tortoise.queryset.{name}.update_kwargs", _STEPS
        yield f"tortoise.queryset.{name}.values", _STEPS
    for name in ("QuerySet", "ValuesListQuery", "BulkUpdateQuery"):
        yield f"tortoise.queryset.{name}.fields", _STEPS
    for module, names in _RELATIONS.items():
        for name in names:
            if name not in ("ReverseRelation", "ManyToManyRelation"):
                yield f"{module}.{name}.deconstruct", _MIGRATIONS
            if name not in ("ForeignKeyFieldInstance", "OneToOneFieldInstance"):
                yield f"{module}.{name}()", _MADE
    for name in ("Expression", "Value", "CombinedExpression", "F", "Function", "Aggregate", "When", "Case"):
        yield f"tortoise.expressions.{name}.resolve()", _SCOPE
    for module, names in (("tortoise.expressions", ("Function", "Aggregate")), ("tortoise.functions", _FUNCTIONS)):
        for name in names:
            yield f"{module}.{name}.resolve()", _SCOPE
            yield f"{module}.{name}.field_object", _SCOPE
            for member in FUNCTION_ATTRIBUTES:
                yield f"{module}.{name}.{member}", _INSTANCE
    for name in _SEARCH:
        yield f"tortoise.contrib.postgres.search.{name}.resolve()", _SCOPE
    for name in _INDEXES:
        yield f"tortoise.contrib.postgres.indexes.{name}.get_sql", _MIGRATIONS
    for cls, names in INSTANCE_ATTRIBUTES.items():
        for name in names:
            yield f"{cls}.{name}", _INSTANCE


#: dotted name, with all that is below it -> why it is missing or takes other arguments
EXCEPTIONS: dict[str, str] = {
    **dict(_exceptions()),
    "tortoise.filters": _PYPIKA,
    "tortoise.query_utils": _PYPIKA,
    "tortoise.queryset.UnionQuery.TORTOISE_APP_FIELD": _PYPIKA,
    "tortoise.queryset.UnionQuery.TORTOISE_MODEL_FIELD": _PYPIKA,
    "tortoise.expressions.ResolveResult()": _SCOPE,
    "tortoise.expressions.ResolveResult": _SCOPE,
    "tortoise.expressions.Q.resolve": _SCOPE,
    "tortoise.expressions.Subquery": _PYPIKA,
    "tortoise.expressions.RawSQL": _PYPIKA,
    "tortoise.indexes.Index.get_sql": _MIGRATIONS,
    "tortoise.indexes.PartialIndex.get_sql": _MIGRATIONS,
    "tortoise.models.MetaInfo()": _MADE,
    "tortoise.models.MetaInfo.basequery_all_fields": _PYPIKA,
    "tortoise.models.MetaInfo.db_complex_fields": "which columns need converting is a matter of dialect and driver",
    "tortoise.models.MetaInfo.db_native_fields": "which columns need converting is a matter of dialect and driver",
    "tortoise.models.MetaInfo.default_connection": "contexts and routers say which connection",
    "tortoise.models.ModelMeta.build_meta": _MADE,
    "tortoise.BaseDBAsyncClient()": _MADE,
    "tortoise.apps.Apps()": _MADE,
    "tortoise.apps.Apps.init_app": _MADE,
    "tortoise.backends.base.executor": _COMPILED,
    "tortoise.backends.base.schema_generator": _COMPILED,
    "tortoise.backends.base_postgres.client": _STANDS,
    "tortoise.backends.base_postgres.executor": _COMPILED,
    "tortoise.backends.base_postgres.schema_generator": _COMPILED,
    "tortoise.backends.asyncpg.client": _STANDS,
    "tortoise.backends.asyncpg.executor": _COMPILED,
    "tortoise.backends.asyncpg.schema_generator": _COMPILED,
    "tortoise.backends.psycopg.client": _STANDS,
    "tortoise.backends.psycopg.executor": _COMPILED,
    "tortoise.backends.psycopg.schema_generator": _COMPILED,
    "tortoise.backends.sqlite.get_client_class": "dialects and drivers are found by entry point",
    "tortoise.backends.sqlite.client": _STANDS,
    "tortoise.backends.sqlite.executor": _COMPILED,
    "tortoise.backends.sqlite.schema_generator": _COMPILED,
    "tortoise.contrib.sqlite.functions.Random()": "takes no alias: annotate() names what it computes",
    "tortoise.contrib.sqlite.regex": "the driver brings its own regular expressions, with every connection",
    "tortoise.converters": "values are bound; none is ever written into SQL as text",
    "tortoise.schema_quoting": _COMPILED,
    "tortoise.backends.base.client.BaseDBAsyncClient()": _MADE,
    "tortoise.backends.base.client.Capabilities()": _MADE,
    "tortoise.backends.base.client.TransactionalDBClient()": _MADE,
    "tortoise.backends.base.client.TransactionContext()": _MADE,
    "tortoise.backends.base.client.ConnectionWrapper": _POOL,
    "tortoise.backends.base.client.PoolConnectionWrapper": _POOL,
    "tortoise.backends.base.client.TransactionContextPooled": _POOL,
    "tortoise.backends.base.client.TransactionContextPooled()": _MADE,
    "tortoise.backends.base.client.NestedTransactionContext": _POOL,
    "tortoise.backends.base.client.NestedTransactionContext()": _MADE,
}


def missing_reason(name: str) -> Optional[str]:
    """Why `name` is missing, or None."""
    return next((why for key, why in EXCEPTIONS.items() if name == key or name.startswith(key + ".")), None)


#: "module:name" of what published packages import, as far as it is not another issue's
IMPORTED = (
    "tortoise:fields", "tortoise.models:Model", "tortoise:Tortoise", "tortoise:Model", "tortoise:models",
    "tortoise.exceptions:IntegrityError", "tortoise.queryset:QuerySet", "tortoise.expressions:Q",
    "tortoise.fields:IntField", "tortoise.transactions:in_transaction", "tortoise.exceptions:ValidationError",
    "tortoise.exceptions:ConfigurationError", "tortoise.fields.relational:ReverseRelation",
    "tortoise.query_utils:Prefetch", "tortoise.backends.base.schema_generator:BaseSchemaGenerator",
    "tortoise.fields.data:CharEnumFieldInstance", "tortoise.fields.data:IntEnumFieldInstance",
    "tortoise.fields.relational:ManyToManyRelation", "tortoise.indexes:Index", "tortoise.timezone:now",
    "tortoise.backends.base.client:BaseDBAsyncClient", "tortoise.backends.base.config_generator:DB_LOOKUP",
    "tortoise.backends.base.executor:EXECUTOR_CACHE", "tortoise.backends.base_postgres.client:BasePostgresClient",
    "tortoise.backends.base.client:ConnectionWrapper", "tortoise.backends.base.client:NestedTransactionContext",
    "tortoise.backends.base.client:TransactionContext", "tortoise.backends.base.config_generator:expand_db_url",
    "tortoise.backends.base_postgres.schema_generator:BasePostgresSchemaGenerator",
    "tortoise.context:tortoise_test_context", "tortoise.exceptions:TransactionManagementError",
    "tortoise.utils:get_schema_sql", "tortoise.contrib.test:MEMORY_SQLITE", "tortoise.fields.relational:OnDelete",
    "tortoise.context:TortoiseContext", "tortoise.fields.relational:OneToOneFieldInstance",
    "tortoise.fields.relational:RelationalField", "tortoise.backends.asyncpg.client",
    "tortoise.backends.sqlite.client", "tortoise.functions", "tortoise.timezone", "tortoise.transactions",
    "tortoise:BackwardFKRelation", "tortoise:BackwardOneToOneRelation", "tortoise:ConfigurationError",
    "tortoise:ModelMeta", "tortoise:generate_schema_for_client", "tortoise:run_async", "tortoise:signals",
    "tortoise:timezone", "tortoise:transactions", "tortoise.backends:sqlite",
    "tortoise.backends.asyncpg.client:AsyncpgDBClient",
    "tortoise.backends.asyncpg.schema_generator:AsyncpgSchemaGenerator", "tortoise.backends.base:config_generator",
    "tortoise.backends.base.client:Capabilities", "tortoise.backends.base.client:T_conn",
    "tortoise.backends.base.client:TransactionalDBClient", "tortoise.backends.base.executor:BaseExecutor",
    "tortoise.backends.sqlite.client:SqliteClient", "tortoise.backends.sqlite.client:SqliteTransactionContext",
    "tortoise.backends.sqlite.client:SqliteTransactionWrapper",
    "tortoise.backends.sqlite.schema_generator:SqliteSchemaGenerator", "tortoise.connection:connections",
    "tortoise.connection:get_connections", "tortoise.context:_current_context",
    "tortoise.contrib.test:init_memory_sqlite", "tortoise.contrib.test:tortoise_test_context",
    "tortoise.exceptions:DBConnectionError", "tortoise.expressions:Expression",
    "tortoise.expressions:RawSQL", "tortoise.expressions:Subquery", "tortoise.fields.base:Field",
    "tortoise.fields.relational:BackwardFKRelation", "tortoise.fields.relational:_NoneAwaitable",
    "tortoise.filters:posix_regex", "tortoise.functions:Avg", "tortoise.log:logger", "tortoise.manager:Manager",
    "tortoise.query_utils:Q", "tortoise.queryset:BulkUpdateQuery", "tortoise.queryset:MODEL",
    "tortoise.queryset:ValuesListQuery", "tortoise.signals:post_delete", "tortoise.signals:pre_save",
    "tortoise.contrib.postgres.fields:ArrayField", "tortoise.contrib.postgres.fields:TSVectorField",
    "tortoise.contrib.postgres.indexes:GinIndex", "tortoise.contrib.postgres.indexes:HashIndex",
    "tortoise.contrib.postgres.functions:ToTsVector", "tortoise.contrib.postgres.search:SearchCriterion",
    "tortoise.utils:chunk", "tortoise.utils:generate_schema_for_client", "tortoise.validators:Validator",
)  # fmt: skip

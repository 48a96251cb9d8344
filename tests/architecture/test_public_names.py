"""The names that users import, pinned: one more is a decision, one less breaks programs."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from sources import ROOT, python_files

#: module of the face -> its public names
PINNED: dict[str, str] = {
    "tortoise": """BackwardFKRelation BackwardOneToOneRelation BaseDBAsyncClient ConfigurationError
        ForeignKeyFieldInstance ManyToManyFieldInstance Model ModelMeta OneToOneFieldInstance Tortoise TortoiseConfig
        __version__ classproperty connections generate_schema_for_client run_async""",
    "tortoise.config": "AppConfig ConnectionConfig DBUrlConfig TortoiseConfig",
    "tortoise.connection": "ConnectionHandler ConnectionToken connections get_connection get_connections",
    "tortoise.context": """TortoiseContext _current_context get_current_context require_context set_global_context
        tortoise_test_context""",
    "tortoise.exceptions": """AuthenticationError BaseORMException CheckViolationError ConfigurationError
        ConnectionLostError ConnectionTimeoutError DBConnectionError DBConnectionRefusedError
        DeadlockError DiskFullError DoesNotExist ErrorInfo ErrorKind ExclusionViolationError
        FieldError ForeignKeyViolationError IdleTimeoutError IncompleteInstanceError
        IntegrityError LockNotAvailableError LockTimeoutError MultipleObjectsReturned
        NoValuesFetched NotExistOrMultiple NotNullViolationError ObjectDoesNotExistError
        OperationalError ParamsError PermissionDeniedError PoolTimeoutError ReadOnlyError
        SerializationError ServerNotReadyError ServerShutdownError StatementTimeoutError
        TLSError TooManyConnectionsError TransactionManagementError UnSupportedError
        UniqueViolationError UnknownDatabaseError UnknownHostError ValidationError""",
    "tortoise.expressions": """Aggregate Case CombinedExpression Connector Excluded Exists Expression F Function
        Lateral OuterRef Q RawSQL ResolveContext ResolveResult RowRange Subquery Value ValueRange When Window
        WindowFunction""",
    "tortoise.fields": """BackwardFKRelation BackwardOneToOneRelation BigIntField BigIntegerField BinaryField
        BooleanField CASCADE CharEnumField CharField DateField DateTimeField DatetimeField DecimalField DurationField
        Field FloatField ForeignKey ForeignKeyField ForeignKeyNullableRelation ForeignKeyRelation GeneratedField
        IntEnumField IntField IntegerField JSONField ManyToManyField ManyToManyRelation NO_ACTION Now OnDelete
        OneToOneField OneToOneNullableRelation OneToOneRelation RESTRICT RandomHex ReverseRelation SET_DEFAULT
        SET_NULL SmallIntField SmallIntegerField SqlDefault TextField TimeDeltaField TimeField UUIDField""",
    "tortoise.fields.base": """CASCADE DB_DEFAULT_NOT_SET DatabaseDefault Field NO_ACTION OnDelete RESTRICT SET_DEFAULT
        SET_NULL""",
    "tortoise.fields.data": """BigIntField BinaryField BooleanField CharEnumField CharEnumFieldInstance CharField
        DateField DatetimeField DecimalField FloatField IntEnumField IntEnumFieldInstance IntField JSONField JSON_DUMPS
        JSON_LOADS SmallIntField TextField TimeDeltaField TimeField UUIDField get_default_timezone get_use_tz""",
    "tortoise.fields.db_defaults": "Now RandomHex SqlDefault",
    "tortoise.fields.generated": "GeneratedField",
    "tortoise.fields.relational": """BackwardFKRelation BackwardOneToOneRelation CASCADE ForeignKeyField
        ForeignKeyFieldInstance ForeignKeyNullableRelation ForeignKeyRelation ManyToManyField ManyToManyFieldInstance
        ManyToManyRelation NoneAwaitable OnDelete OneToOneField OneToOneFieldInstance OneToOneNullableRelation
        OneToOneRelation RelationalField ReverseRelation SET_NULL
        _NoneAwaitable""",
    "tortoise.filters": """Build Operand Term between_and contains ends_with exact insensitive_contains
        insensitive_ends_with insensitive_exact insensitive_posix_regex insensitive_starts_with
        is_in is_null json_contained_by json_contains not_equal not_in not_null posix_regex search
        starts_with""",
    "tortoise.functions": """Aggregate Avg BoolAnd BoolOr Coalesce Collate Concat Count CumeDist DenseRank FirstValue
        Lag LastValue Lead Length Lower Max Min Mode NthValue Ntile PercentRank PercentileCont PercentileDisc Rank
        RowNumber StringAgg Sum Trim Upper""",
    "tortoise.indexes": "Index PartialIndex",
    "tortoise.log": "db_client_logger logger",
    "tortoise.manager": "Manager",
    "tortoise.migrations": "",
    "tortoise.migrations.constraints": "CheckConstraint UniqueConstraint",
    "tortoise.models": """FkSetterKwargs MetaInfo Model ModelMeta NoneAwaitable get_together prepare_default_ordering
        router""",
    "tortoise.plugins": """Boolean Float Function Infix Integer IsTrue Numeric SqlType TableConstraint Text TypeMapping
        TypeSupport hookimpl plugins""",
    "tortoise.query_utils": "Prefetch Q",
    "tortoise.queryset": """AwaitableQuery BulkCreateQuery BulkUpdateQuery ContainsQuery CountQuery DeleteQuery
        ExistsQuery FieldSelectQuery FirstQuery FirstValuesQuery MODEL OneOrNoneQuery OneQuery OneValuesQuery QUERY
        QuerySet QuerySetSingle RawSQLQuery ReturningQuery UnionCountQuery UnionQuery UpdateQuery ValuesListQuery
        ValuesQuery router""",
    "tortoise.router": "ConnectionRouter router",
    "tortoise.signals": "Signals post_delete post_save pre_delete pre_save",
    "tortoise.timezone": """UTC ZoneInfo get_default_timezone get_timezone get_use_tz is_aware is_naive localtime
        make_aware make_naive now parse_timezone""",
    "tortoise.utils": "batched chunk generate_schema_for_client get_schema_sql",
    "tortoise.transactions": "IsolationLevel atomic in_transaction",
    "tortoise.warnings": "TortoiseLoopSwitchWarning",
    "tortoise.apps": "Apps",
    "tortoise.query_api": "QueryResult execute_pypika",
    "tortoise.validators": """CommaSeparatedIntegerListValidator DOMAIN_REGEX DomainNameValidator EmailValidator
        HOSTNAME_REGEX InvalidDomainName InvalidEmailAddress InvalidScheme InvalidURL MaxLengthValidator
        MaxValueValidator MinLengthValidator MinValueValidator NumericValidator RegexValidator TLD_NO_FQDN_REGEX
        TLD_REGEX UL URLValidator Validator validate_domain_name validate_email validate_ipv46_address
        validate_ipv4_address validate_ipv6_address validate_url""",
    "tortoise.backends": "",
    "tortoise.backends.base": "",
    "tortoise.backends.base.client": """BaseDBAsyncClient Capabilities ConnectionWrapper NestedTransactionContext
        PasswordFactory PasswordType PoolConnectionWrapper T_conn TransactionContext TransactionContextPooled
        TransactionalDBClient resolve_password""",
    "tortoise.backends.base.config_generator": "DB_LOOKUP expand_db_url generate_config",
    "tortoise.backends.base.executor": "BaseExecutor EXECUTOR_CACHE",
    "tortoise.backends.base.schema_generator": "BaseSchemaGenerator",
    "tortoise.contrib": "",
    "tortoise.contrib.test": """MEMORY_SQLITE ModulesConfigType SkipTest TortoiseContext expectedFailure
        init_memory_sqlite requireCapability skip skipIf skipUnless tortoise_test_context truncate_all_models""",
    "tortoise.contrib.test.condition": "Condition In NotEQ NotIn",
}
#: methods of the classes users work with
METHODS: dict[str, str] = {
    "tortoise.Tortoise": """apps close_connections describe_model describe_models generate_schemas
        get_connection init init_app init_models is_inited
        star_password table_name_generator""",
    "tortoise.models.Model": """Meta all annotate bulk_create bulk_update clone construct create delete describe
        earliest exclude exists fetch_for_list fetch_related filter first get get_or_create
        get_or_none get_table in_bulk last latest pk raw refresh_from_db register_listener save
        select_for_update update_from_dict update_or_create""",
    "tortoise.queryset.QuerySet": """all annotate bulk_create bulk_update capabilities contains count
        delete distinct earliest exclude exists explain filter first force_index get get_or_none group_by in_bulk
        last latest limit model offset only order_by prefetch_related raw select_for_share select_for_update
        select_related sql sql_and_params stream union update use_index using_db values values_list""",
    "tortoise.expressions.Q": "AND OR children filters join_type negate negated shape values",
}


def modules() -> list[str]:
    source = ROOT / "packages/tortoise/src"
    names = [".".join(path.relative_to(source).with_suffix("").parts) for path in python_files(source)]
    return sorted(name[: -len(".__init__")] if name.endswith(".__init__") else name for name in names)


def test_every_module_of_the_face_is_pinned() -> None:
    assert modules() == sorted(PINNED)


@pytest.mark.parametrize("name", PINNED)
def test_public_names(name: str) -> None:
    module = importlib.import_module(name)
    wanted = set(PINNED[name].split())
    assert set(getattr(module, "__all__", ())) == wanted
    assert all(hasattr(module, public) for public in wanted)


@pytest.mark.parametrize("name", METHODS)
def test_public_methods(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    cls: Any = getattr(importlib.import_module(module), attribute)
    found = {method for method in dir(cls) if not method.startswith("_") and method != "mro"}
    assert found == set(METHODS[name].split())

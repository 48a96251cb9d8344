"""The compliance suite on PostgreSQL. TORTOISE_TEST_POSTGRES says where the server is."""

from tortoise_testkit.suite import *  # noqa: F403  # the suite is to be collected here
from tortoise_testkit.target import Target

TARGET = Target(
    "postgres",
    drop="DROP DATABASE {name} WITH (FORCE)",
    empty="DROP SCHEMA public CASCADE; CREATE SCHEMA public",
    options="server_settings=synchronous_commit%3Doff",
)

"""Random queries on PostgreSQL, compared with plain Python. TORTOISE_TEST_POSTGRES says where the server is."""

from tortoise_testkit.random_queries.suite import *  # noqa: F403  # the tests are to be collected here
from tortoise_testkit.target import Target

TARGET = Target("postgres", drop="DROP DATABASE {name} WITH (FORCE)")

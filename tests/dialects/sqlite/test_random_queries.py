"""Random queries on SQLite, compared with plain Python."""

from tortoise_testkit.random_queries.suite import *  # noqa: F403  # the tests are to be collected here
from tortoise_testkit.target import Target

TARGET = Target("sqlite", options="synchronous=OFF")

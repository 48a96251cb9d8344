"""The compliance suite on SQLite."""

from tortoise_testkit.suite import *  # noqa: F403  # the suite is to be collected here
from tortoise_testkit.target import Target

TARGET = Target("sqlite", options="synchronous=OFF")

"""The two loggers that users know."""

from __future__ import annotations

import logging

logger = logging.getLogger("tortoise")
db_client_logger = logging.getLogger("tortoise.db_client")

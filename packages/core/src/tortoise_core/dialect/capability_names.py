"""Capabilities by the names that they had before, for tests that skip by them."""

from __future__ import annotations


class FormerNames:
    """What `Capabilities` answers, under former names. Read by programs and tests, never by the engine."""

    returning: bool
    transactional_ddl: bool
    posix_regex: bool
    json_paths: bool
    row_locks: bool
    no_key_locks: bool
    index_hints: bool
    server: bool

    @property
    def daemon(self) -> bool:
        """A server answers, not a library in this process."""
        return self.server

    @property
    def supports_transactions(self) -> bool:
        """Every dialect has transactions."""
        return True

    @property
    def support_update_limit_order_by(self) -> bool:
        """A limited UPDATE or DELETE works on every dialect: where there is no clause for it, by a sub-query."""
        return True

    @property
    def inline_comment(self) -> bool:
        """Comments are never written into CREATE TABLE."""
        return False

    @property
    def support_for_posix_regex_queries(self) -> bool:
        """Text can be matched with POSIX regular expressions."""
        return self.posix_regex

    @property
    def support_json_attributes(self) -> bool:
        """Parts of JSON documents can be read and compared."""
        return self.json_paths

    @property
    def can_rollback_ddl(self) -> bool:
        """DDL can be rolled back."""
        return self.transactional_ddl

    @property
    def support_returning(self) -> bool:
        """INSERT gives back the values the server made."""
        return self.returning

    @property
    def support_for_update(self) -> bool:
        """SELECT takes FOR UPDATE."""
        return self.row_locks

    @property
    def support_for_no_key_update(self) -> bool:
        """Locks tell keys from the rest."""
        return self.no_key_locks

    @property
    def support_index_hint(self) -> bool:
        """Indexes to use can be named."""
        return self.index_hints

    @property
    def requires_limit(self) -> bool:
        """An offset needs no limit on any dialect: where the server wants one, the statement has it."""
        return False

"""Floor 6: from a chain of calls to a statement tree.

A query is recorded as steps. Each step states its *shape* (all that changes the SQL) and its *values*
apart, so that a query seen before is found by shape and only its values are bound. Steps are replayed into a
tree on a miss only.
"""

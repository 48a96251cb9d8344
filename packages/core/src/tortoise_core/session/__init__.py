"""Floor 4: connections, pool, transactions and context."""

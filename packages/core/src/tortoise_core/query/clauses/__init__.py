"""The clauses of a SELECT, one module each: functions of the scope that a query is resolved in."""

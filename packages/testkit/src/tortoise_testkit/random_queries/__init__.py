"""Random queries, drawn by Hypothesis, compared with what plain Python makes of the same rows.

`models` and `rows` are the data; `plan` describes a query, which `ask` puts to the database and `evaluate` answers
by itself; `draw` makes plans. `suite` holds the tests that a dialect collects.
"""

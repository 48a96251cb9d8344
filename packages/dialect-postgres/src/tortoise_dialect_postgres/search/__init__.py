"""Full text search: vectors, what is searched for, the field that keeps vectors."""

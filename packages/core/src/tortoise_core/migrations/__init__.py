"""Floor 11: from models to DDL."""

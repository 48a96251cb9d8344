"""The standard SQL compilers that dialects start from."""

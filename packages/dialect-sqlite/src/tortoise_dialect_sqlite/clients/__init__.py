"""One module per client library."""

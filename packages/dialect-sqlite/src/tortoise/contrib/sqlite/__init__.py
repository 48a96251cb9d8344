"""What SQLite has besides."""

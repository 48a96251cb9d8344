"""What is done beside queries: COPY, LISTEN and NOTIFY, advisory locks."""

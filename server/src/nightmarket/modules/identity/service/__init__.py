"""Use cases of accounts, one per file."""

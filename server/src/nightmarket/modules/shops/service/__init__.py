"""Use cases of shops, one per file."""

"""The use cases of buyers, one per file."""

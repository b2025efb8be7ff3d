"""The use cases of carts, one per file."""

"""The use cases of boxes, one per file."""

"""The room protocol written down for others: JSON Schema, AsyncAPI and a page, all made from the registry of kinds."""

"""Ids that are the same in every run, for parameters of tests."""


def unknown_id(prefix: str) -> str:
    """A well-formed id that nothing has."""
    return f"{prefix}_{'0' * 26}"

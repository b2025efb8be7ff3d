"""One pattern for many words, which tries common beginnings once instead of every word."""

import re
from collections.abc import Iterable
from typing import Any


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Finds whether one of the words is in a text (not which: the shortest of those with one beginning ends it)."""
    tree: dict[str, Any] = {}
    for word in words:
        branch = tree
        for char in word:
            branch = branch.setdefault(char, {})
        branch[""] = True
    return re.compile(_pattern(tree))


def _pattern(tree: dict[str, Any]) -> str:
    if "" in tree:
        return ""  # a shorter word ends here, and that is answer enough
    branches = [re.escape(char) + _pattern(rest) for char, rest in sorted(tree.items())]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"

"""One spelling for Han characters that are written in several ways (Traditional, Simplified, Japanese).

Both sides of every comparison (comment, lexicon, line-up) go through the same table, so only its consistency matters,
not which form is the base.
"""

from __future__ import annotations

from importlib.resources import files

_LINES = files(__package__).joinpath("words", "han.txt").read_text(encoding="utf-8").splitlines()

#: Code point to character, for ``str.translate``.
HAN_FOLD: dict[int, str] = {ord(pair[0]): pair[1] for line in _LINES if line[:1] != "#" for pair in line.split()}

"""Names that appear in paths. Anything that does not match exactly does not exist."""

import re

STREAM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
INIT_NAME = re.compile(r"init([0-9]{1,6})\.mp4")
SEGMENT_NAME = re.compile(r"s([0-9]{1,9})\.m4s")
PART_NAME = re.compile(r"s([0-9]{1,9})\.p([0-9]{1,5})\.m4s")


def is_stream_id(text: str) -> bool:
    """Whether the text may be a stream's id, and so a directory's name."""
    return STREAM_ID.fullmatch(text) is not None

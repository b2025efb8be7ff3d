"""The life of a product."""

from typing import Literal

Status = Literal["draft", "active", "archived"]
DRAFT: Status = "draft"
ACTIVE: Status = "active"
ARCHIVED: Status = "archived"

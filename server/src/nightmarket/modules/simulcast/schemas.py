"""HTTP shapes of outputs."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from nightmarket.modules.simulcast.models import KEY_LENGTH, URL_LENGTH
from nightmarket.modules.simulcast.service.manage_outputs import NewOutput
from nightmarket.modules.simulcast.states import OutputState

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Address = Annotated[str, StringConstraints(pattern=r"^rtmps?://[!-~]+$", max_length=URL_LENGTH)]


class OutputIn(BaseModel):
    """Server and stream key, as the other platform shows them."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    url: Address
    key: Annotated[SecretStr, Field(min_length=1, max_length=KEY_LENGTH)]
    enabled: bool = True

    @model_validator(mode="after")
    def _key_is_one_word(self) -> Self:
        if not all("!" <= char <= "~" for char in self.key.get_secret_value()):
            raise ValueError("key must be visible ASCII without spaces")
        return self

    def output(self) -> NewOutput:
        """In the words of the domain."""
        return NewOutput(self.name, self.url, self.key.get_secret_value(), self.enabled)


class OutputPatch(BaseModel):
    """What to change. Another address or key is another output."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    enabled: bool | None = None

    @model_validator(mode="after")
    def _nothing_is_null(self) -> Self:
        for name in self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"{name} must not be null")
        return self

    def changes(self) -> dict[str, Any]:
        """What was named, as it is stored."""
        names = {"name": "name", "enabled": "is_enabled"}
        return {names[name]: getattr(self, name) for name in self.model_fields_set}


class OutputOut(BaseModel):
    """A place the show goes to. Its key is never shown again.

    `failing` is tried again, later each time; `reason`: `refused`, `no_answer`, `rejected` (a wrong key, mostly),
    `lost`, `slow`, `unknown_host`, `not_a_public_address`.
    """

    id: str
    stream_id: str
    name: str
    url: str
    enabled: bool
    state: OutputState
    reason: str | None
    since: datetime

"""The table of places that shows are sent to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from nightmarket.kernel.db import Base, IdColumn, UtcDateTime, exact_text, key_text, prose
from nightmarket.modules.simulcast.states import OutputState

URL_LENGTH = 500
KEY_LENGTH = 400


class Output(Base):
    """An RTMP server that gets the show too, and the key for it, encrypted."""

    __tablename__ = "stream_outputs"
    __table_args__ = (sa.Index("ix_stream_outputs_stream", "stream_id", "id"),)

    id: Mapped[str] = mapped_column(IdColumn("out"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(IdColumn("str"))
    shop_id: Mapped[str] = mapped_column(IdColumn("shp"))
    name: Mapped[str] = mapped_column(prose(80))
    url: Mapped[str] = mapped_column(exact_text(URL_LENGTH))
    sealed_key: Mapped[bytes] = mapped_column(sa.LargeBinary(2000))
    is_enabled: Mapped[bool] = mapped_column()
    state: Mapped[OutputState] = mapped_column(key_text(12))
    reason: Mapped[str | None] = mapped_column(key_text(40))
    state_at: Mapped[datetime] = mapped_column(UtcDateTime())
    """When the newest report was made; older ones are history."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())

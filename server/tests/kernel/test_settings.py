"""Settings: unknown names are refused, production refuses development defaults, secrets do not print."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from nightmarket.kernel.settings import DatabaseSettings, Settings

PRODUCTION = {
    "NIGHTMARKET_ENVIRONMENT": "production",
    "NIGHTMARKET_SECRET_KEY": "k" * 40,
    "NIGHTMARKET_DATABASE__URL": "mysql+asyncmy://shop:pw@db/nightmarket",
    "NIGHTMARKET_REDIS__URL": "redis://redis",
    "NIGHTMARKET_BROKER__URL": "amqp://broker",
    "NIGHTMARKET_HTTP__PUBLIC_URL": "https://nightmarket.example",
}


def test_production_starts_when_everything_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.database_url == "mysql+asyncmy://shop:pw@db/nightmarket"
    assert not settings.sandbox_enabled


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name != "NIGHTMARKET_ENVIRONMENT"])
def test_production_refuses_a_development_default(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in PRODUCTION.items():
        if name != missing:
            monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=missing):
        Settings()


def test_production_refuses_a_short_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (PRODUCTION | {"NIGHTMARKET_SECRET_KEY": "short"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match="32 characters"):
        Settings()


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValidationError, match="databse"):
        Settings(databse={"url": "x"})  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="uri"):
        DatabaseSettings(uri="x")  # type: ignore[call-arg]


def test_secrets_do_not_print(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        secret_key=SecretStr("very-secret"),
        database=DatabaseSettings(url=SecretStr("mysql://u:pw@h")),
    )
    assert "very-secret" not in repr(settings)
    assert "pw" not in repr(settings.database)


def test_development_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path / "new").secret()
    assert len(first) >= 48
    assert Settings(data_dir=tmp_path / "new").secret() == first
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o077 == 0

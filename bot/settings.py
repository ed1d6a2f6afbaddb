"""All settings, from the environment; each is listed in README and `.env.example`."""

import os
import secrets
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from locales import LOCALES


class BrokenSetting(ValueError):
    """A setting can't be used; the message names it and says what it should be."""


class Settings(BaseSettings):
    """Read once at start; nothing changes afterwards."""

    model_config = SettingsConfigDict(env_prefix="AIDLINE_", frozen=True, extra="ignore")

    data: Path = Field(Path("data"), description="folder of the default database, media and keys")
    database_url: str = Field("", description="SQLAlchemy URL; SQLite in the data folder when empty")
    media_url: str = Field("", description="folder or s3:// URL for photos; the data folder when empty")
    secret_key: SecretStr = Field(SecretStr(""), description="master key; made in the data folder when empty")
    public_url: str = Field("", description="https address of this server; turns Telegram's webhook on")
    patient_bot_token: SecretStr | None = Field(None, description="Telegram token of the patients' bot")
    telegram_api: str = Field("https://api.telegram.org", description="base URL of a Bot API server")
    locale: str = Field("zh-CN", description="language of a conversation before it chooses: zh-CN or en")
    notify_urls: str = Field("", description="Apprise URLs paged in an emergency, separated by blanks")
    metrics_token: SecretStr = Field(
        SecretStr(""), description="bearer token of /metrics; only for this machine if empty"
    )
    source_url: str = Field(
        "https://github.com/aidline/aidline",
        description="where this version's source is (AGPL, section 13)",
    )
    host: str = Field("127.0.0.1", description="address to listen on", validation_alias="HOST")
    port: int = Field(8080, description="port to listen on", validation_alias="PORT", ge=1, le=65535)

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, value: str) -> str:
        if value not in LOCALES:
            raise ValueError(f"must be one of {', '.join(LOCALES)}")
        return value

    @field_validator("public_url", "telegram_api", "source_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _token_shape(self) -> Self:
        token = self.patient_bot_token
        if token is not None and token.get_secret_value() and ":" not in token.get_secret_value():
            raise ValueError("AIDLINE_PATIENT_BOT_TOKEN must look like 123456:ABC…, as BotFather gives it")
        return self

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data / 'aidline.db'}"

    @property
    def media(self) -> str:
        """Where photos are kept, with the default filled in."""
        return self.media_url or str(self.data / "media")

    @property
    def secret(self) -> bytes:
        """The master secret; made once, readable by the owner only, when none is set."""
        given = self.secret_key.get_secret_value()
        if given:
            if len(given) < 32:
                raise BrokenSetting("AIDLINE_SECRET_KEY: must have at least 32 characters")
            return given.encode()
        path = self.data / "secret.key"
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "w") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
        if path.stat().st_mode & 0o077:
            raise BrokenSetting(f"{path}: others can read the master key; run chmod 600 {path}")
        return path.read_bytes().strip()

    @property
    def telegram_on(self) -> bool:
        """Whether the patients' bot has a token."""
        return self.patient_bot_token is not None and bool(self.patient_bot_token.get_secret_value())


def read() -> Settings:
    """The settings of this process.

    Raises:
        BrokenSetting: names the first setting that can't be used and says why.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        shown = f"AIDLINE_{name.upper()}: " if name and name.islower() else f"{name}: " if name else ""
        raise BrokenSetting(f"{shown}{first['msg'].removeprefix('Value error, ')}") from None

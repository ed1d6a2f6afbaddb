"""A broken setting is named and explained; secrets stay secret."""

import stat
from pathlib import Path

import pytest

from bot import settings as settings_module
from bot.settings import BrokenSetting


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "eighty", "PORT"),
        ("PORT", "70000", "PORT"),
        ("AIDLINE_LOCALE", "fr", "must be one of zh-CN, en"),
        ("AIDLINE_PUBLIC_URL", "example.org", "http://"),
        ("AIDLINE_TELEGRAM_API", "localhost:9", "http://"),
        ("AIDLINE_PATIENT_BOT_TOKEN", "not-a-token", "BotFather"),
    ],
)
def test_broken_setting_is_named(data: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BrokenSetting, match=told):
        settings_module.read()


def test_token_does_not_show_in_its_own_error(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLINE_PATIENT_BOT_TOKEN", "secretwithoutcolon")
    with pytest.raises(BrokenSetting) as error:
        settings_module.read()
    assert "secretwithoutcolon" not in str(error.value)


def test_master_key_is_made_once_for_the_owner_only(data: Path) -> None:
    first = settings_module.read().secret
    assert settings_module.read().secret == first
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600


def test_master_key_that_others_can_read_is_refused(data: Path) -> None:
    assert settings_module.read().secret
    (data / "secret.key").chmod(0o644)
    with pytest.raises(BrokenSetting, match="chmod 600"):
        assert settings_module.read().secret


def test_short_master_key_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLINE_SECRET_KEY", "short")
    with pytest.raises(BrokenSetting, match="32 characters"):
        assert settings_module.read().secret

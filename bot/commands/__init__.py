"""The groups of the `aidline` command, and what they share."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from bot import settings as settings_module
from bot.settings import Settings
from locales import Translator, translator

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def open_service(settings: Settings) -> Iterator[Any]:
    """The whole service on a migrated database (a `bot.service.Service`), closed afterwards."""
    from bot.service import Service

    service = Service(settings)
    service.database.migrate()
    try:
        yield service
    finally:
        service.close()


@contextmanager
def open_database() -> Iterator[Any]:
    """The migrated database of the settings (a `storage.database.Database`), closed afterwards."""
    from storage.database import Database
    from storage.vault import Vault

    settings = settings_module.read()
    database = Database(settings.database, Vault(settings.secret))
    database.migrate()
    try:
        yield database
    finally:
        database.close()


def words() -> Translator:
    """What the operator reads, in the language of the settings."""
    return translator(settings_module.read().locale)


def fail(message: str, code: int = 1) -> typer.Exit:
    """Says the sentence on standard error; raise what this returns."""
    print(f"aidline: {message}", file=sys.stderr)
    return typer.Exit(code)


def base_url(settings: Settings) -> str:
    """Where this server is reached."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"

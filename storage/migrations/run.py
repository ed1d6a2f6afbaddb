"""Run the migrations from inside the program; there is no alembic.ini to deploy."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def config(c: sa.Connection | None = None) -> Config:
    """Alembic's settings, working on this connection."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.attributes["connection"] = c
    return settings


def upgrade(c: sa.Connection) -> None:
    """Upgrade to the newest version inside the transaction of this connection: all or nothing."""
    command.upgrade(config(c), "head")

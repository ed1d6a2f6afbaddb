"""The patients' bot on Telegram, through aiogram; imported only when it has a token."""

from bot.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]

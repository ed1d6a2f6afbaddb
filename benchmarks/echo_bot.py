"""The yardstick: an aiogram bot as its documentation writes one, which only echoes text."""

import argparse

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web


async def echo(message: Message) -> None:
    await message.answer(message.text or "")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--secret", required=True)
    options = parser.parse_args()
    bot = Bot(options.token, session=AiohttpSession(api=TelegramAPIServer.from_base(options.api)))
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    url = f"http://127.0.0.1:{options.port}/webhook"

    @dispatcher.startup()
    async def announce(bot: Bot) -> None:
        await bot.set_webhook(url, secret_token=options.secret, max_connections=100)

    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=options.secret).register(app, path="/webhook")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=options.port, print=None, access_log=None)


if __name__ == "__main__":
    main()

"""Every word a person sees, in Fluent files by language, and the translator that reads them.

The house language is zh-CN; a message that another language lacks is shown in it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Message, Resource

DEFAULT = "zh-CN"
LOCALES = ("zh-CN", "en")
HOUSE_TIME = timezone(timedelta(hours=8), "UTC+8")  # times are shown as they are in China


class MissingMessage(LookupError):
    """No language has this key."""


class Translator:
    """The messages of one language, with those of the house language behind them."""

    def __init__(self, locale: str) -> None:
        self.locale = locale if locale in LOCALES else DEFAULT
        self._bundles = [_bundle(self.locale)]
        if self.locale != DEFAULT:
            self._bundles.append(_bundle(DEFAULT))
        self._plain: dict[str, str] = {}

    def text(self, key: str, **args: Any) -> str:
        """The message under `key`, with its arguments filled in.

        Raises:
            MissingMessage: when no language has it.
        """
        if not args and (known := self._plain.get(key)) is not None:
            return known
        for bundle in self._bundles:
            if not bundle.has_message(key):
                continue
            pattern = bundle.get_message(key).value
            if pattern is None:
                continue
            made, errors = bundle.format_pattern(pattern, _shown(args))
            if errors:
                raise MissingMessage(f"message {key!r} in {self.locale}: {errors[0]}")
            if not args:
                self._plain[key] = str(made)
            return str(made)
        raise MissingMessage(f"no language has the message {key!r}; add it to locales/{self.locale}/")

    def has(self, key: str) -> bool:
        """Whether this language, or the house language, has the message."""
        return any(bundle.has_message(key) for bundle in self._bundles)


def _shown(args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as they are shown: times in the house time zone, all else as it is."""
    return {
        name: value.astimezone(HOUSE_TIME).strftime("%m-%d %H:%M") if isinstance(value, datetime) else value
        for name, value in args.items()
    }


@cache
def translator(locale: str) -> Translator:
    """The translator of a language; the house language for one we do not speak."""
    return Translator(locale)


def keys(locale: str) -> set[str]:
    """All message keys that a language's own files hold."""
    return {
        entry.id.name for _, resource in _resources(locale) for entry in resource.body if isinstance(entry, Message)
    }


@cache
def _bundle(locale: str) -> FluentBundle:
    bundle = FluentBundle([locale], use_isolating=False)
    for _, resource in _resources(locale):
        bundle.add_resource(resource)
    return bundle


@cache
def _resources(locale: str) -> tuple[tuple[str, Resource], ...]:
    folder = Path(__file__).parent / locale
    return tuple((path.name, FluentResource(path.read_text("utf-8"))) for path in sorted(folder.glob("*.ftl")))

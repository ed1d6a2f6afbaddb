"""Words of a flow into text: messages of the locales, names and texts of the protocol."""

from collections.abc import Callable, Mapping

from flows.conversation import Lines, Msg, Quote, Term, Words
from flows.protocol import Procedure, Protocol, Text
from locales import LOCALES, Translator, translator


class Speaker:
    """Says a flow's words in one language."""

    def __init__(self, locale: str, protocol: Protocol) -> None:
        self.translator: Translator = translator(locale)
        self.locale = self.translator.locale
        self._protocol = protocol
        self._terms: dict[tuple[str, str], str] = {}
        self._fixed: dict[tuple[object, ...], str] = {}  # messages whose arguments are fixed words, too

    def __call__(self, words: Words) -> str:
        """The text of the words in this language."""
        match words:
            case Quote(text):
                return text
            case Term(kind, code):
                known = self._terms.get((kind, code))
                if known is None:
                    known = self._terms[kind, code] = self._pick(TERMS[kind](self._protocol, code))
                return known
            case Lines(parts, joiner):
                return joiner.join(self(part) for part in parts)
            case Msg(key, args):
                if not args:
                    return self.translator.text(key)
                if not all(_is_fixed(value) for value in args.values()):
                    return self.text(key, **args)
                fixed = (key, *((name, value.key if isinstance(value, Msg) else value) for name, value in args.items()))
                known = self._fixed.get(fixed)
                if known is None:
                    known = self._fixed[fixed] = self.text(key, **args)
                return known

    def text(self, key: str, **args: object) -> str:
        """A message of the locales; arguments that are words are said first."""
        said = {
            name: self(value) if isinstance(value, (Msg, Term, Quote, Lines)) else value for name, value in args.items()
        }
        return self.translator.text(key, **said)

    def _pick(self, text: Text | str) -> str:
        if isinstance(text, str):
            return text
        return (text.zh if self.locale == "zh-CN" else text.en).strip()


def _named(protocol: Protocol, code: str) -> Text:
    return _everyday(protocol.procedures[code])


def _everyday(procedure: Procedure) -> Text:
    """What people call it, with the proper name behind where that is another."""

    def named(alias: tuple[str, ...], name: str) -> str:
        return f"{alias[0]}（{name}）" if alias and alias[0] not in name else name

    return Text(zh=named(procedure.aliases.zh, procedure.name.zh), en=procedure.name.en)


def _is_fixed(value: object) -> bool:
    return isinstance(value, Term) or (isinstance(value, Msg) and not value.args)


def _vocabulary(kind: str) -> Callable[[Protocol, str], Text | str]:
    def name(protocol: Protocol, code: str) -> Text | str:
        return next((v.name for v in protocol.vocabulary if v.kind == kind and v.code == code), code)

    return name


#: How each kind of term is named; a code that the protocol no longer has is shown as it is.
TERMS: Mapping[str, Callable[[Protocol, str], Text | str]] = {
    "procedure": lambda p, code: p.procedures[code].generic_name or _named(p, code) if code in p.procedures else code,
    "procedure_named": lambda p, code: _named(p, code) if code in p.procedures else code,
    "family": lambda p, code: p.families[code].name if code in p.families else code,
    "region": lambda p, code: p.families[code].region if code in p.families else code,
    "symptom": lambda p, code: p.symptoms[code].name if code in p.symptoms else code,
    "issue": lambda p, code: p.issues[code].name if code in p.issues else code,
    "issue_first": lambda p, code: p.issues[code].first if code in p.issues else code,
    "queue": lambda p, code: p.queues[code].name if code in p.queues else code,
    "modifier": lambda p, code: p.modifiers[code].name if code in p.modifiers else code,
    "rule_name": lambda p, code: p.red_flags[code].description if code in p.red_flags else code,
    "rule_text": lambda p, code: p.red_flags[code].text if code in p.red_flags else code,
    "must_ask": lambda p, code: next((q.label for q in p.must_asks if q.id == code), code),
    "must_ask_question": lambda p, code: next((q.question for q in p.must_asks if q.id == code), code),
    "photo_guide": lambda p, code: next((g.text for g in p.photo_guides if g.code == code), code),
    "advice": lambda p, code: next((a.text for a in p.advice if a.code == code), code),
    "promise": lambda p, code: next((r.promise for u, r in p.response_times.items() if u.value == code), code),
    "safety_text": lambda p, _code: p.safety_text,
    "place": _vocabulary("place"),
    "operator": _vocabulary("operator"),
    "want": _vocabulary("want"),
    "qualifier": _vocabulary("qualifier"),
    "product": _vocabulary("product"),
    "legal_clock": _vocabulary("legal_clock"),
}


def speakers(protocol: Protocol) -> dict[str, Speaker]:
    """One speaker for each language of the house."""
    return {locale: Speaker(locale, protocol) for locale in LOCALES}

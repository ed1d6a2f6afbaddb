"""Telegram's HTML: plain text and entities out of marked-up text, or its own complaint.

Rules and wording after core.telegram.org/bots/api#html-style and the published tests of TDLib's parser.
"""

from typing import Any

from tests.fakes.telegram.errors import bad_request

TAGS = {
    "a": "text_link", "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPACE = " \t\r\n\0\v"


def utf16_length(text: str) -> int:
    """Telegram counts in UTF-16 units: an emoji is two."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def _complain(what: str, source: str, at: int) -> Exception:
    return bad_request(f"can't parse entities: {what} at byte offset {len(source[:at].encode())}")


def _character(source: str, at: int) -> tuple[str, int] | None:
    """The character of a reference such as &lt; and where it ends; None when it is plain text."""
    end = at + 1
    if source[end : end + 1] == "#":
        hexadecimal = source[end + 1 : end + 2] == "x"
        end += 2 if hexadecimal else 1
        start = end
        while end < len(source) and source[end] in ("0123456789abcdefABCDEF" if hexadecimal else "0123456789"):
            end += 1
        code = int(source[start:end] or "0", 16 if hexadecimal else 10)
        if not 0 < code < 0x10FFFF or end - at >= 10:
            return None
        character = chr(code)
    else:
        while end < len(source) and source[end].isascii() and source[end].isalpha():
            end += 1
        if source[at + 1 : end] not in NAMED:
            return None
        character = NAMED[source[at + 1 : end]]
    return character, end + 1 if source[end : end + 1] == ";" else end


def _attributes(source: str, name: str, begin: int, at: int) -> tuple[dict[str, str], int]:
    """The attributes of a start tag and the place of its closing bracket."""
    found: dict[str, str] = {}
    while True:
        while at < len(source) and source[at] in SPACE:
            at += 1
        if at >= len(source):
            raise _complain(f'Unclosed start tag "{name}"', source, begin)
        if source[at] == ">":
            return found, at
        start = at
        while at < len(source) and source[at] not in SPACE and source[at] != "=":
            at += 1
        attribute = source[start:at]
        if not attribute:
            raise _complain(f'Empty attribute name in the tag "{name}"', source, begin)
        while at < len(source) and source[at] in SPACE:
            at += 1
        if source[at : at + 1] != "=":
            what = f'Expected equal sign in declaration of an attribute of the tag "{name}"'
            raise _complain(what, source, begin)
        at += 1
        while at < len(source) and source[at] in SPACE:
            at += 1
        if at >= len(source):
            raise _complain(f'Unclosed start tag "{name}"', source, begin)
        found[attribute.lower()], at = _value(source, begin, at)


def _value(source: str, begin: int, at: int) -> tuple[str, int]:
    if source[at] in "\"'":
        end = source.find(source[at], at + 1)
        if end < 0:
            raise _complain("Unclosed start tag", source, begin)
        return source[at + 1 : end], end + 1
    start = at
    while at < len(source) and (source[at].isalnum() or source[at] in ".-"):
        at += 1
    if at >= len(source) or (source[at] not in SPACE and source[at] != ">"):
        raise _complain("Unexpected end of name token", source, start)
    return source[start:at], at


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities; raises ApiError 400 in Telegram's words."""
    plain: list[str] = []
    length = 0
    open_tags: list[tuple[str, dict[str, str], int, int]] = []
    entities: list[dict[str, Any]] = []
    at = 0
    while at < len(source):
        if source[at] == "&" and (decoded := _character(source, at)) is not None:
            plain.append(decoded[0])
            length += utf16_length(decoded[0])
            at = decoded[1]
        elif source[at] != "<":
            plain.append(source[at])
            length += utf16_length(source[at])
            at += 1
        elif source[at + 1 : at + 2] != "/":
            begin = at
            at += 1
            while at < len(source) and source[at] not in SPACE and source[at] != ">":
                at += 1
            if at >= len(source):
                raise _complain("Unclosed start tag", source, begin)
            name = source[begin + 1 : at].lower()
            if name not in TAGS:
                raise _complain(f'Unsupported start tag "{name}"', source, begin)
            attributes, at = _attributes(source, name, begin, at)
            if name == "span" and attributes.get("class") != "tg-spoiler":
                raise _complain('Tag "span" must have class "tg-spoiler"', source, begin)
            open_tags.append((name, attributes, length, begin))
            at += 1
        else:
            at = _close(source, at, open_tags, entities, length)
    if open_tags:
        name = open_tags[-1][0]
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{name}\"")
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(plain), entities


def _close(
    source: str,
    at: int,
    open_tags: list[tuple[str, dict[str, str], int, int]],
    entities: list[dict[str, Any]],
    length: int,
) -> int:
    begin = at
    if not open_tags:
        raise _complain("Unexpected end tag", source, begin)
    at += 2
    start = at
    while at < len(source) and source[at] not in SPACE and source[at] != ">":
        at += 1
    found = source[start:at].lower()
    while at < len(source) and source[at] in SPACE:
        at += 1
    if source[at : at + 1] != ">":
        raise _complain("Unclosed end tag", source, begin)
    name, attributes, offset, _ = open_tags.pop()
    if found and found != name:
        offset_bytes = len(source[:begin].encode())
        raise bad_request(
            f"can't parse entities: Unmatched end tag at byte offset {offset_bytes}, "
            f'expected "</{name}>", found "</{found}>"'
        )
    if length > offset:
        entity: dict[str, Any] = {"type": TAGS[name], "offset": offset, "length": length - offset}
        if name == "a":
            entity["url"] = attributes.get("href", "")
        if name != "a" or entity["url"]:
            entities.append(entity)
    return at + 1

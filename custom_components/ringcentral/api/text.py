"""Texts of others: names, numbers and words, made harmless once, where they come in.

Callers choose what they call themselves, and it ends up in databases, notifications, speech and prompts.
"""

import re
import unicodedata

# As long as a state of Home Assistant may be; RingCentral's own names and messages are far shorter.
LONGEST_TEXT = 255

# What stands in the place of a number that the caller withholds: words of SIP and of carriers.
_WITHHELD = frozenset({"anonymous", "private", "restricted", "unavailable", "unknown", "withheld"})

# Escapes that may stand for something that `clean` would remove; `\"`, `\\` and `\/` can't.
_ESCAPES = re.compile(rb"\\[bfnrtu]")
_ASCII = bytes(range(128))


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text in one line of at most 255 characters, without those that are not seen or turn others around."""
    if len(text) <= longest and text.isprintable():
        return text
    # Of an overlong text only the beginning is looked at.
    seen = "".join(map(_visible, text[: 4 * longest]))
    line = " ".join(seen.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def is_plain(data: bytes) -> bool:
    """Return whether JSON holds no text with a character that :func:`clean` would remove; if unsure it may.

    This looks at all texts at once, so that those of an ordinary payload cost next to nothing.
    """
    if b"\\" in data and _ESCAPES.search(data):
        return False
    # The only control character of ASCII that JSON lets stand as it is.
    if b"\x7f" in data:
        return False
    try:
        return data.isascii() or data.translate(None, _ASCII).decode().isprintable()
    except UnicodeDecodeError:
        return False


def is_withheld(number: str | None) -> bool:
    """Return whether a word stands in the place of a number, since the caller withholds it."""
    return number is not None and number.strip().lower() in _WITHHELD


def _visible(character: str) -> str:
    """Return what is left of a character: itself, a space where it separates, or nothing."""
    if character.isprintable():
        return character
    # Controls and spaces separate words; format characters, surrogates and the unassigned stand inside of them.
    return " " if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Zs"} else ""

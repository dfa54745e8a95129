"""What a replacement has in common with its original: its type, its length, the kinds of its characters."""

from collections.abc import Callable
import math
import re
from typing import Any

LARGEST_INTEGER = 2**63 - 1
# More than can be read, for what JSON spells without end.
TOO_LARGE = 10**64

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_OTHER_LOWER, _SYMBOLS = "àèìòùáéíóúâêîôûäëïöü", "☆★◇◆○●□■△▲▽▼"


def as_text(value: object) -> str:
    """Return an id as the text that it is read as."""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def by_text(value: Any, replace: Callable[[str], str]) -> Any:
    """Return a value of the same type whose text was replaced."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        return _replace_fraction(value, replace)
    sign, digits = ("-" if value < 0 else ""), str(abs(value))
    replaced = replace(digits)
    if fits(int(sign + replaced)) is not fits(value):
        # What could be read still can, and what could not still can't.
        replaced = ("10" if fits(value) else "99") + replaced[2:]
    return int(sign + replaced)


def fits(number: int) -> bool:
    """Return whether an integer can be read: it has at most 64 bits."""
    return -LARGEST_INTEGER - 1 <= number <= LARGEST_INTEGER


def _replace_fraction(value: float, replace: Callable[[str], str]) -> float | int:
    if not math.isfinite(value):
        return TOO_LARGE
    if value.is_integer() and abs(value) <= LARGEST_INTEGER:
        return float(by_text(int(value), replace))
    mantissa, _, exponent = repr(value).partition("e")
    digits = iter(replace(re.sub("[^0-9]", "", mantissa)))
    return float(re.sub("[0-9]", lambda _: next(digits), mantissa) + (f"e{exponent}" if exponent else ""))


def imitate(form: str, chance: bytes) -> str:
    """Return a text with characters of the same kinds, in lower case."""
    return "".join(
        _like(character, int.from_bytes(chance[2 * index : 2 * index + 2]), is_first=not index)
        for index, character in enumerate(form)
    )


def _like(character: str, number: int, *, is_first: bool) -> str:
    if not character.isprintable() or character.isspace():
        return character
    if character.isascii() and character.isdecimal():
        if is_first and character == "0":
            return "0"
        return str(1 + number % 9 if is_first else number % 10)
    if character.isascii():
        return _LOWER[number % len(_LOWER)]
    if character.isdecimal():
        return chr(ord(character) - int(character) + number % 10)
    letters = _OTHER_LOWER if character.isalpha() else _SYMBOLS
    return letters[number % len(letters)]


def in_case_of(character: str, chosen: str) -> str:
    """Return a chosen character in the case of the one that it replaces."""
    return chosen.upper() if character.isupper() else chosen

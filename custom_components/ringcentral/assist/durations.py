"""Durations as people say them."""

from collections.abc import Iterable
from datetime import timedelta
import re
import unicodedata

from .texts import Durations

# Longer than a day means something else.
_LONGEST = timedelta(days=1)


def parse_duration(spoken: str, words: Durations) -> timedelta | None:
    """Return a duration as ``1 hour and 30 minutes`` or ``half an hour``, or ``None`` if it can't be understood."""
    text = " ".join(_fold(spoken).split()).strip(".,!?。 ")
    minutes: float | None = {_fold(phrase): value for phrase, value in words.phrases.items()}.get(text)
    if minutes is None:
        minutes = _parse_parts(text, words)
    if minutes is None or not 0 < minutes <= _LONGEST.total_seconds() / 60:
        return None
    return timedelta(minutes=minutes)


def _parse_parts(text: str, words: Durations) -> float | None:
    number = rf"(\d{{1,4}}(?:[.,]\d)?|{_any_of(words.numbers)})"
    hours = rf"{number}\s*(?:{_any_of(words.hours)})"
    minutes = rf"{number}\s*(?:{_any_of(words.minutes)})"
    found = re.fullmatch(rf"(?:{hours})?(?:(?:^|\s+|\s+\w{{1,3}}\s+|(?<=\w)){minutes})?", text)
    if found is None or not any(found.groups()):
        return None
    said = [_as_number(one, words) if one else 0.0 for one in found.groups()]
    return said[0] * 60 + said[1]


def _as_number(text: str, words: Durations) -> float:
    numbers = {_fold(word): value for word, value in words.numbers.items()}
    return numbers[text] if text in numbers else float(text.replace(",", "."))


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(_fold(word)) for word in sorted(words, key=len, reverse=True))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")

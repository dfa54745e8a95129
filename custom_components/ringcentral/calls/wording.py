"""Callers in the words of a sentence. Their names were cleaned where they entered (:mod:`..api.text`)."""

from .numbers import write_number

# A name within a sentence, which may be read out.
_LONGEST_NAME = 60


def shorten(text: str | None) -> str:
    """Return a name as it goes into a sentence: one line of at most 60 characters."""
    line = " ".join((text or "").split())
    return line if len(line) <= _LONGEST_NAME else f"{line[:_LONGEST_NAME].rstrip()}…"


def name_caller(name: str | None, number: str | None, *, is_withheld: bool = False) -> str:
    """Return who it is: the name, else the number, else that it is withheld or that nobody knows."""
    nobody = "a withheld number" if is_withheld else "an unknown caller"
    return shorten(name) or shorten(write_number(number)) or nobody


def describe_seconds(seconds: float) -> str:
    """Return a duration as people say it, as ``2 min 5 s``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"

"""Callers in the words of a sentence. What they call themselves is theirs to choose, so it is cut to harmless text."""

import unicodedata

_LONGEST_NAME = 60


def plain_text(text: str | None) -> str:
    """Return a text in one line, of bounded length, without characters that are not seen or turn others around."""
    if not text:
        return ""
    # Categories that begin with C are control, format, surrogate, private and unassigned characters.
    seen = "".join(" " if unicodedata.category(one)[0] == "C" or one.isspace() else one for one in text[:1000])
    line = " ".join(seen.split())
    return line if len(line) <= _LONGEST_NAME else f"{line[:_LONGEST_NAME].rstrip()}…"


def name_caller(name: str | None, number: str | None) -> str:
    """Return who it is: the name, else the number, else that nobody knows."""
    return plain_text(name) or plain_text(number) or "an unknown caller"


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

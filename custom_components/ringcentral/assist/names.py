"""Finding whom somebody means by a spoken or written name."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
import re
import unicodedata

# Alike enough to be meant: "Jon Wong" for "John Wang", but not "Jane Wang".
_ALIKE = 0.6
_ALIKE_AS_A_WHOLE = 0.8


def find_name[KeyT](requested: str, names: Mapping[KeyT, Iterable[str]]) -> list[KeyT]:
    """Return those who may be meant, by their names and numbers; several if the name does not decide.

    The same words count most, then some of the words, then names that sound alike.
    """
    asked = _words(requested)
    if not asked:
        return []
    known = {key: [_words(name) for name in given] for key, given in names.items()}
    same = [key for key, given in known.items() if asked in given]
    if same:
        return same
    partly = [key for key, given in known.items() if any(set(asked) <= set(words) for words in given)]
    if partly:
        return partly
    alike = {key: max((_likeness(asked, words) for words in given), default=0.0) for key, given in known.items()}
    best = max(alike.values(), default=0.0)
    return [key for key, likeness in alike.items() if likeness == best > 0]


def _words(name: str) -> list[str]:
    """Return a name's words without accents and case."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return re.findall(r"\w+", plain.casefold())


def _likeness(asked: list[str], words: list[str]) -> float:
    """Return how alike two names are: each asked word to one of the name's, or both as a whole; 0 if they are not.

    Numbers are alike only if they are the same.
    """
    if any(word.isdigit() for word in (*asked, *words)):
        return 0.0
    whole = _ratio("".join(asked), "".join(words))
    worst = min(max(_ratio(one, word) for word in words) for one in asked) if words else 0.0
    return max(whole if whole >= _ALIKE_AS_A_WHOLE else 0.0, worst if worst >= _ALIKE else 0.0)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()

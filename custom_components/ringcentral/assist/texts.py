"""What the built-in agent understands and says, in each language: files in ``texts/``."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

_FOLDER = Path(__file__).parent / "texts"


class Durations(msgspec.Struct, frozen=True, kw_only=True):
    """How durations are said: units in all their forms, words for numbers, and whole phrases in minutes."""

    minutes: Sequence[str]
    hours: Sequence[str]
    numbers: Mapping[str, int]
    phrases: Mapping[str, int]


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """One language: templates of sentences (hassil's), by what is asked, and the answers."""

    sentences: Mapping[str, Sequence[str]]
    durations: Durations
    answers: Mapping[str, str]


def load_texts() -> dict[str, Texts]:
    """Read all languages from disk."""
    decode = msgspec.json.Decoder(Texts).decode
    return {path.stem: decode(path.read_bytes()) for path in sorted(_FOLDER.glob("*.json"))}

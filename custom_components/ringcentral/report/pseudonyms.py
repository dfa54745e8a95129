"""Replacements for what identifies people, calls and accounts, in the form of the original.

Equal values have equal replacements, and different ones different replacements, so that the rules of this package come
to the same with either. What a replacement stands for can't be looked up: the salt is random and kept nowhere.
"""

from collections.abc import Iterable
from hashlib import shake_256
import re
from secrets import token_bytes
from typing import Any

from ..api.account import EXTENSION_TYPES_OF_PHONES, PARK_LOCATION
from ..api.models import CallDirection, DndStatus, MeetingStatus, PresenceStatus, TelephonyStatus, parse_timestamp
from .forms import LARGEST_INTEGER, as_text, by_text, imitate, in_case_of

# The words of the specification (ActiveCallInfo, AppearancesInfo, PrimaryCQInfo, callerIdVisibility, extension types).
_WORDS = frozenset(
    word.casefold()
    for words in (
        PresenceStatus,
        TelephonyStatus,
        DndStatus,
        MeetingStatus,
        CallDirection,
        ("final", "intermediate", "Seized", "Released", "All", "None", "PermittedUsers", "true", "false"),
        ("PhoneNumberLabel", "PhoneNumber", "QueueExtension", "QueueName", "CallerIdName", "CallerIdNumber"),
        EXTENSION_TYPES_OF_PHONES,
        (PARK_LOCATION, "Department", "Announcement", "Voicemail", "FaxUser", "PagingOnly", "SharedLinesGroup"),
        ("DelegatedLinesGroup", "GroupCallPickup", "IvrMenu", "ApplicationExtension", "ProxyAdmin", "RoomConnector"),
        ("Bot", "Site", "TieLine"),
    )
    for word in words
)

# What stands in the place of an id or a number without being one; "unnamed" is our own.
_NO_IDS = frozenset({"blf", "null", "none", "unknown", "undefined", "unnamed"})
_NO_NUMBERS = frozenset({"anonymous", "private", "restricted", "unavailable", "unknown", "withheld"})

# Short names of fields, that no other may get.
_NAMES = frozenset({"body", "event", "from", "id", "name", "number", "to", "type", "uri", "uuid", "value"})

# What stays where it is documented, and what no replacement may be.
RESERVED = _WORDS | _NO_IDS | _NO_NUMBERS | _NAMES

_PATH_PARTS = frozenset(
    {"restapi", "account", "extension", "presence", "line", "favorite", "dnd", "call-queues", "subscription"}
    | {"detailedTelephonyState", "sipData", "true", "false", "https:", "platform.ringcentral.com"}
)
_VERSION = re.compile(r"v\d\.\d")

_NUMBER = re.compile(r"[+( ]{0,3}[0-9]+(?:[ ().\-/]{1,2}[0-9]+)*[ )]?")
_DIGITS = re.compile(r"[0-9]+")
_TOKEN = re.compile(r"[^\W_]+|[^\x00-\x7f\w]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
# What a path is read without.
_INVISIBLE = re.compile("[\ud800-\udfff\u200b-\u200f\u202a-\u202e\ufeff]")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?")
# Milliseconds since 1970 of the years 2014 to 2033; no phone number has 13 digits and begins like that.
_MILLISECONDS = range(1_400_000_000_000, 2_000_000_000_000)

_LONGEST_TIME = 40

# Numbers with fewer digits are extensions; the others may lack the country's prefix, so their ends stay equal.
_LINE_DIGITS = 7

_LEAST_SESSION_DIGITS = 4
_MOST_COUNTED = 100
_ATTEMPTS = 100


class Pseudonyms:
    """Replaces values, each kind by its method; a method leaves alone what its kind has in clear."""

    def __init__(self, salt: bytes | None = None) -> None:
        """Initialize; with the same salt and the same calls, the replacements are the same."""
        self._salt = token_bytes(32) if salt is None else salt
        self._chosen: dict[tuple[str, str], str] = {}
        self._taken: set[tuple[str, str]] = set()
        self._session_offsets: dict[int, int] = {}
        self._sequence_offset = 1 + self._draw("sequence", "", 8) % 1_000_000
        self._ranks: dict[str, str] = {}

    # --- the kinds -------------------------------------------------------------------------------

    def rank(self, uuids: Iterable[str]) -> None:
        """Learn the ids of a file's notifications: they are compared with each other, so their order has to stay."""
        self._ranks = {uuid: str(1_000_000 + rank) for rank, uuid in enumerate(sorted(set(uuids)))}

    def uuid(self, value: Any) -> Any:
        """Return the number of a notification instead of its id."""
        rank = self._ranks.get(as_text(value))
        if rank is None:
            return self.identifier(value)
        return rank if isinstance(value, str) else int(rank)

    def text(self, value: Any) -> Any:
        """Return another text, word by word, and another number digit by digit; spaces and punctuation stay."""
        return by_text(value, self._replace_text)

    def phone_number(self, value: Any) -> Any:
        """Return another phone number of the same length; what says that it is withheld stays."""
        is_word = isinstance(value, str) and value.strip().lower() in _NO_NUMBERS
        return value if is_word else by_text(value, self._replace_text)

    def identifier(self, value: Any) -> Any:
        """Return another id; numeric ones keep their distances, which show the two legs of a RingOut."""
        return by_text(value, self._replace_identifier)

    def word(self, value: Any) -> Any:
        """Return a word of RingCentral's as it is, and anything else replaced."""
        if not isinstance(value, str) or "".join(filter(str.isprintable, value)).strip().casefold() not in _WORDS:
            return self.other(value)
        return _SURROGATES.sub("\u200b", value)

    def time(self, value: Any) -> Any:
        """Return a time as it is, since it names nobody and reports name it, too; anything else replaced."""
        text = str(value)
        if _ISO_TIME.fullmatch(text) or (text.isdecimal() and int(text) in _MILLISECONDS):
            return value
        moment = None if text.isdecimal() or len(text) > _LONGEST_TIME else parse_timestamp(text)
        return self.other(value) if moment is None else moment.isoformat(timespec="milliseconds")

    def sequence(self, value: Any) -> Any:
        """Return a sequence that is higher by the same number for all."""
        text = str(value).strip()
        if not text.removeprefix("-").isdecimal() or abs(number := int(text)) > LARGEST_INTEGER // 2:
            return self.other(value)
        return type(value)(number + self._sequence_offset)

    def count(self, value: Any) -> Any:
        """Return a small number as it is, also as a text; anything else replaced."""
        text = value.strip() if isinstance(value, str) else str(value)
        return value if text.isdecimal() and int(text) < _MOST_COUNTED else self.other(value)

    def path(self, value: Any) -> Any:
        """Return a path with its known parts; ids in it are replaced as elsewhere."""
        return by_text(value, self._replace_path)

    def key(self, name: str) -> str:
        """Return another name for a field."""
        return self._replace_text(name)

    def other(self, value: Any) -> Any:
        """Return a replacement for what is not known: its type and form stay."""
        if isinstance(value, int) and abs(value) < 10:
            return value
        return by_text(value, self._replace_text)

    # --- texts -----------------------------------------------------------------------------------

    def _replace_text(self, text: str) -> str:
        text = _SURROGATES.sub("\u200b", text)
        if _NUMBER.fullmatch(text):
            return self._replace_number(text)
        return _TOKEN.sub(lambda token: self._replace_token(token[0]), text)

    def _replace_number(self, text: str) -> str:
        """Replace a number's digits where they stand, however it is spelled."""
        digits = iter(self._digits("".join(_DIGITS.findall(text))))
        return re.sub("[0-9]", lambda _: next(digits), text) + "".join(digits)

    def _replace_path(self, text: str) -> str:
        return re.sub(r"[^/?&=]+", lambda part: self._replace_part(part[0]), _INVISIBLE.sub("", text))

    def _replace_part(self, text: str) -> str:
        return text if text in _PATH_PARTS or _VERSION.fullmatch(text) else self._replace_text(text)

    def _replace_identifier(self, text: str) -> str:
        text = _SURROGATES.sub("\u200b", text)
        if not text.strip("0- ") or text.lower() in _NO_IDS:
            return text
        if text.isascii() and text.isdecimal():
            return self._session(text)
        return _TOKEN.sub(lambda token: self._replace_id_token(token[0]), text)

    def _replace_id_token(self, token: str) -> str:
        # The number of a party in its session, the letter before it: "p-a0d17f-2".
        if len(token) == 1 or token in _NO_IDS or (token.isascii() and token.isdecimal() and len(token) == 2):
            return token
        return self._session(token) if token.isascii() and token.isdecimal() else self._replace_token(token)

    def _replace_token(self, token: str) -> str:
        if token.isascii() and token.isdecimal():
            return self._digits(token)
        if not any(character.isprintable() for character in token):
            return token
        # A queue's name in front of a caller's is found in whatever case.
        chosen = self._choose(f"word {len(token)}", token.casefold(), token)
        return "".join(map(in_case_of, token, chosen, strict=False)) + chosen[len(token) :]

    # --- digits ----------------------------------------------------------------------------------

    def _digits(self, digits: str) -> str:
        """Return other digits; of longer numbers equal ends stay equal, and the last seven become a 555 number."""
        if len(digits) == 1 or not digits.strip("0"):
            return digits
        if len(digits) < _LINE_DIGITS:
            return self._choose("short", digits, digits)
        end = digits[-_LINE_DIGITS:]
        replaced = self._choose("line", end, "1000", prefix="555")
        for index in range(len(digits) - _LINE_DIGITS - 1, -1, -1):
            replaced = self._digit(digits[index], digits[index + 1 :]) + replaced
        return replaced

    def _digit(self, digit: str, end: str) -> str:
        """Return another digit in front of that end; a zero stays, since it may be a prefix's."""
        if digit == "0":
            return digit
        order = sorted("123456789", key=lambda one: self._draw(f"digit {end}", one, 8))
        return order[int(digit) - 1]

    def _session(self, digits: str) -> str:
        """Return another numeric id, as far away from those near it as before."""
        number = digits.lstrip("0")
        if len(number) < _LEAST_SESSION_DIGITS:
            return self._digits(digits)
        low, size = 10 ** (len(number) - 1), 9 * 10 ** (len(number) - 1)
        if len(number) not in self._session_offsets:
            # The first one comes to the middle, so that no other leaves the range.
            middle = low + size // 4 + self._draw("session", number, 16) % (size // 2)
            self._session_offsets[len(number)] = middle - int(number) or 1
        offset = self._session_offsets[len(number)]
        return digits[: len(digits) - len(number)] + str(low + (int(number) + offset - low) % size)

    # --- choosing --------------------------------------------------------------------------------

    def _choose(self, kind: str, text: str, form: str, prefix: str = "") -> str:
        """Return a text like the form that stands for no other text of that kind."""
        chosen = self._chosen.get((kind, text))
        attempt = 0
        while chosen is None:
            candidate = prefix + imitate(form, self._bytes(f"{kind} {attempt}", text, 2 * len(form)))
            attempt += 1
            is_free = (kind, candidate) not in self._taken and candidate not in (text, form.casefold())
            if is_free and candidate.strip("0") and candidate not in RESERVED:
                chosen = candidate
            elif attempt % _ATTEMPTS == 0:
                # All others of that length are taken.
                form += "1" if form[-1].isdecimal() else "a"
        self._taken.add((kind, chosen))
        self._chosen[kind, text] = chosen
        return chosen

    def _draw(self, kind: str, text: str, length: int) -> int:
        return int.from_bytes(self._bytes(kind, text, length))

    def _bytes(self, kind: str, text: str, length: int) -> bytes:
        return shake_256(self._salt + f"{kind}\0{text}".encode()).digest(length)

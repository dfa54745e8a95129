"""Which calls a trigger or a condition is about: by direction, by call queue, by caller and by what was called."""

from collections.abc import Iterable, Mapping
import re
from typing import Any, NamedTuple, Self

from homeassistant.helpers import config_validation as cv
import voluptuous as vol

CONF_CALLED = "called"
CONF_CALLER = "caller"
CONF_DIRECTION = "direction"
CONF_QUEUE = "queue"

_DIRECTIONS = ("any", "inbound", "outbound")

# What each choice demands of whether a call came through a call queue.
_QUEUE: Mapping[str, bool | None] = {"any": None, "only": True, "never": False}

_PATTERNS = vol.All(cv.ensure_list, [cv.string])
CALLED_OPTION: dict[vol.Marker, Any] = {vol.Optional(CONF_CALLED, default=list): _PATTERNS}
CALLER_OPTION: dict[vol.Marker, Any] = {vol.Optional(CONF_CALLER, default=list): _PATTERNS}
DIRECTION_OPTION: dict[vol.Marker, Any] = {vol.Optional(CONF_DIRECTION, default="any"): vol.In(_DIRECTIONS)}
QUEUE_OPTION: dict[vol.Marker, Any] = {vol.Optional(CONF_QUEUE, default="any"): vol.In(list(_QUEUE))}

# What people put between the digits of a number.
_SEPARATORS = re.compile(r"[\s\-.()/\u2010-\u2015]")

# Most digits of an extension number (reference 2.3), numbers with a country code have more.
_LONGEST_SHORT_NUMBER = 8


def _as_pattern(text: str) -> re.Pattern[str]:
    """Return a pattern of a text in which ``*`` stands for anything and ``?`` for one character."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE | re.DOTALL)


class _Number(NamedTuple):
    """A number, or a pattern of numbers, by its digits: ``+``, ``00`` and what separates are only spelling."""

    digits: str
    has_prefix: bool

    @classmethod
    def parse(cls, text: str) -> _Number:
        bare = _SEPARATORS.sub("", text)
        is_long = len(bare) > _LONGEST_SHORT_NUMBER or "*" in bare
        prefix = "+" if bare.startswith("+") else "00" if bare.startswith("00") and is_long else ""
        return cls(bare.removeprefix(prefix), has_prefix=bool(prefix))

    @property
    def is_short(self) -> bool:
        """Whether it is an extension's."""
        return not self.has_prefix and len(self.digits) <= _LONGEST_SHORT_NUMBER


class _NumberPattern(NamedTuple):
    """A pattern of numbers; one with a country code means no extension, though its digits may begin alike."""

    digits: re.Pattern[str]
    has_prefix: bool

    def fits(self, number: _Number) -> bool:
        return not (self.has_prefix and number.is_short) and self.digits.fullmatch(number.digits) is not None


class _PartyPattern:
    """Patterns of names and numbers; without any, everybody is meant."""

    def __init__(self, texts: Iterable[str]) -> None:
        stripped = [text.strip() for text in texts]
        self.texts = [text for text in stripped if text]
        self._names = [_as_pattern(text) for text in self.texts]
        numbers = [number for text in self.texts if (number := _Number.parse(text)).digits]
        self._numbers = [_NumberPattern(_as_pattern(number.digits), number.has_prefix) for number in numbers]

    def fits(self, name: str | None, number: str | None) -> bool:
        if not self.texts or (name and any(pattern.fullmatch(name) for pattern in self._names)):
            return True
        parsed = _Number.parse(number or "")
        return bool(parsed.digits) and any(pattern.fits(parsed) for pattern in self._numbers)


class CallFilter:
    """A choice of calls; what is not given does not matter."""

    def __init__(
        self,
        *,
        direction: str | None = None,
        queue: bool | None = None,
        callers: Iterable[str] = (),
        called: Iterable[str] = (),
    ) -> None:
        """Choose by direction, by whether a call came through a queue, and by patterns of names and numbers.

        ``callers`` are patterns of the other party, ``called`` of what an inbound call was made to.
        """
        self._direction = direction
        self._queue = queue
        self._callers = _PartyPattern(callers)
        self._called = _PartyPattern(called)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Take over what the user chose."""
        direction = options.get(CONF_DIRECTION, "any")
        return cls(
            direction=None if direction == "any" else direction,
            queue=_QUEUE[options.get(CONF_QUEUE, "any")],
            callers=options.get(CONF_CALLER, ()),
            called=options.get(CONF_CALLED, ()),
        )

    def mismatch(self, call: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """Return why a call, described in plain types, is not meant, with what was compared; ``None`` if it is."""
        if self._direction not in (None, call["direction"]):
            return "direction_differs", {"direction": call["direction"], "expected": self._direction}
        if self._queue not in (None, call["queue"]):
            return "queue_differs", {"queue": call["queue"], "expected": self._queue}
        for party, patterns in (("caller", self._callers), ("called", self._called)):
            compared = {key: call[key] for key in (f"{party}_name", f"{party}_number")}
            if not patterns.fits(*compared.values()):
                return f"{party}_differs", {**compared, "expected": patterns.texts}
        return None

"""Which calls a trigger or a condition is about: by direction, by call queue and by caller."""

from collections.abc import Iterable, Mapping
import re
from typing import Any, NamedTuple, Self

from homeassistant.helpers import config_validation as cv
import probatio as vol

CONF_CALLER = "caller"
CONF_DIRECTION = "direction"
CONF_QUEUE = "queue"

_DIRECTIONS = ("any", "inbound", "outbound")

# What each choice demands of whether a call came through a call queue.
_QUEUE: Mapping[str, bool | None] = {"any": None, "only": True, "never": False}

CALLER_OPTION: dict[vol.Marker, Any] = {vol.Optional(CONF_CALLER, default=list): vol.All(cv.ensure_list, [cv.string])}
DIRECTION_OPTION: dict[vol.Marker, Any] = {vol.Optional(CONF_DIRECTION, default="any"): vol.In(_DIRECTIONS)}
QUEUE_OPTION: dict[vol.Marker, Any] = {vol.Optional(CONF_QUEUE, default="any"): vol.In(list(_QUEUE))}

# What people put between the digits of a number.
_SEPARATORS = re.compile(r"[\s\-.()/\u2010-\u2015]")

# Extension numbers have at most so many digits (reference 2.3), numbers with a country code have more.
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


class CallFilter:
    """A choice of calls; what is not given does not matter."""

    def __init__(self, *, direction: str | None = None, queue: bool | None = None, callers: Iterable[str] = ()) -> None:
        """Choose by direction, by whether a call came through a queue, and by patterns of names and numbers."""
        texts = [text.strip() for text in callers]
        self._direction = direction
        self._queue = queue
        self._callers = [text for text in texts if text]
        self._names = [_as_pattern(text) for text in self._callers]
        numbers = [number for text in self._callers if (number := _Number.parse(text)).digits]
        self._numbers = [_NumberPattern(_as_pattern(number.digits), number.has_prefix) for number in numbers]

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Take over what the user chose."""
        direction = options.get(CONF_DIRECTION, "any")
        return cls(
            direction=None if direction == "any" else direction,
            queue=_QUEUE[options.get(CONF_QUEUE, "any")],
            callers=options.get(CONF_CALLER, ()),
        )

    def mismatch(self, call: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """Return why a call, described in plain types, is not meant, with what was compared; ``None`` if it is."""
        if self._direction not in (None, call["direction"]):
            return "direction_differs", {"direction": call["direction"], "wanted": self._direction}
        if self._queue not in (None, call["queue"]):
            return "queue_differs", {"queue": call["queue"], "wanted": self._queue}
        name, number = call["caller_name"], call["caller_number"]
        if self._callers and not self._fits(name, number):
            return "caller_differs", {"caller_name": name, "caller_number": number, "wanted": self._callers}
        return None

    def _fits(self, name: str | None, number: str | None) -> bool:
        if name and any(pattern.fullmatch(name) for pattern in self._names):
            return True
        called_from = _Number.parse(number or "")
        return bool(called_from.digits) and any(pattern.fits(called_from) for pattern in self._numbers)

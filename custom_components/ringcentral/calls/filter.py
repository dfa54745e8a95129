"""Which calls a trigger or a condition is about: by direction, by call queue and by caller."""

from collections.abc import Iterable, Mapping
import re
from typing import Any, Self

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


def _as_pattern(text: str) -> re.Pattern[str]:
    """Return a pattern of a text in which ``*`` stands for anything and ``?`` for one character."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE | re.DOTALL)


class CallFilter:
    """A choice of calls; what is not given does not matter."""

    def __init__(self, *, direction: str | None = None, queue: bool | None = None, callers: Iterable[str] = ()) -> None:
        """Choose by direction, by whether a call came through a queue, and by patterns of names and numbers."""
        texts = [text.strip() for text in callers]
        self._direction = direction
        self._queue = queue
        self._callers = [text for text in texts if text]
        self._names = [_as_pattern(text) for text in self._callers]
        self._numbers = [_as_pattern(number) for text in self._callers if (number := _SEPARATORS.sub("", text))]

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Take over what the user chose."""
        direction = options.get(CONF_DIRECTION, "any")
        return cls(
            direction=None if direction == "any" else direction,
            queue=_QUEUE[options.get(CONF_QUEUE, "any")],
            callers=options.get(CONF_CALLER, ()),
        )

    def objection(self, call: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
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
        bare = _SEPARATORS.sub("", number or "")
        return any(pattern.fullmatch(name) for pattern in self._names if name) or any(
            pattern.fullmatch(bare) for pattern in self._numbers if bare
        )

"""The calls of the log in the answer of the action ``get_calls``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..api.call_log import PERMISSION
from ..api.console import scope_label
from ..errors import as_invalid
from ..targets import TargetedExtension
from .describe import choose, describe_logged_call
from .records import INBOUND, OUTBOUND, Outcome

ATTR_HISTORY = "history"
ATTR_LIMIT = "limit"
ATTR_SINCE = "since"
ATTR_DIRECTION = "direction"
ATTR_OUTCOME = "outcome"

_MOST_CALLS = 1000


def point_in_time(value: Any) -> datetime:
    """Validate a time, which is the user's local one without a zone; return it in UTC."""
    try:
        return dt_util.as_utc(cv.datetime(value))
    except OverflowError as error:
        raise vol.Invalid(f"{value} is out of range") from error


HISTORY_OPTIONS: dict[vol.Marker, Any] = {
    vol.Optional(ATTR_HISTORY, default=False): cv.boolean,
    vol.Optional(ATTR_LIMIT, default=50): vol.All(vol.Coerce(int), vol.Range(min=1, max=_MOST_CALLS)),
    vol.Optional(ATTR_SINCE): point_in_time,
    vol.Optional(ATTR_DIRECTION, default="any"): vol.In(["any", INBOUND, OUTBOUND]),
    vol.Optional(ATTR_OUTCOME): vol.All(cv.ensure_list, [vol.In([str(one) for one in Outcome])]),
}


def history_of(target: TargetedExtension, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the calls of an extension that are asked for, the newest first.

    Raises ``ServiceValidationError`` if the user names one whose log is not read, and reports what is needed for that.
    """
    history = target.coordinator.history
    if not history.has_log_of(target.extension.id):
        if not target.is_named:
            return []
        if target.extension.id != target.coordinator.login_id:
            raise as_invalid("no_call_log", name=target.name)
        history.report_not_granted()
        raise as_invalid("permission_missing", permission=scope_label(PERMISSION))
    since = options.get(ATTR_SINCE)
    direction = options[ATTR_DIRECTION]
    calls = choose(
        history.calls,
        target.extension.id,
        limit=options[ATTR_LIMIT],
        since=since.timestamp() if since is not None else 0.0,
        direction=None if direction == "any" else direction,
        outcomes=frozenset(options.get(ATTR_OUTCOME, ())),
    )
    return [describe_logged_call(call) for call in calls]

"""What users see of each kind of thing that happens to a call: a row for each, wherever it is shown.

Its names are in the translations (``entity.event.call`` and ``triggers``) and its icons in ``icons.json``, too;
``tests/calls/test_kinds.py`` compares them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..presence.vocabulary import TransitionKind
from .filter import CALLED_OPTION, CALLER_OPTION, DIRECTION_OPTION, QUEUE_OPTION


class Kind(NamedTuple):
    """One kind.

    ``sentence`` follows the phone's name in the logbook, with ``{who}`` for the other party. ``trigger`` is the key of
    its trigger, if it has one, ``subject`` what precedes the phone's name where an automation was triggered by it, and
    ``options`` are those that choose calls.
    """

    icon: str
    sentence: str
    trigger: str | None = None
    subject: str = ""
    options: Mapping[Any, Any] = {}


KINDS: Mapping[TransitionKind, Kind] = {
    TransitionKind.RINGING: Kind(
        "mdi:phone-ring",
        "received a call from {who}",
        "started_ringing",
        "a call that rings at",
        {**CALLER_OPTION, **CALLED_OPTION, **QUEUE_OPTION},
    ),
    TransitionKind.DIALING: Kind(
        "mdi:phone-dial", "called {who}", "started_dialing", "a call that is made from", CALLER_OPTION
    ),
    TransitionKind.ANSWERED: Kind(
        "mdi:phone-in-talk",
        "answered a call from {who}",
        "call_answered",
        "a call that was answered at",
        {**CALLER_OPTION, **CALLED_OPTION, **QUEUE_OPTION, **DIRECTION_OPTION},
    ),
    TransitionKind.HELD: Kind(
        "mdi:phone-paused",
        "put a call with {who} on hold",
        "call_held",
        "a call that was put on hold at",
        {**CALLER_OPTION, **CALLED_OPTION, **QUEUE_OPTION, **DIRECTION_OPTION},
    ),
    TransitionKind.RESUMED: Kind("mdi:phone-in-talk", "resumed a call with {who}"),
    TransitionKind.PARKED: Kind("mdi:parking", "parked a call with {who}"),
    TransitionKind.ENDED: Kind(
        "mdi:phone-hangup",
        "finished a call with {who}",
        "call_ended",
        "a call that ended at",
        {**CALLER_OPTION, **CALLED_OPTION, **QUEUE_OPTION, **DIRECTION_OPTION},
    ),
    TransitionKind.MISSED: Kind(
        "mdi:phone-missed",
        "missed a call from {who}",
        "call_missed",
        "a call that was missed at",
        {**CALLER_OPTION, **CALLED_OPTION},
    ),
    TransitionKind.ANSWERED_ELSEWHERE: Kind(
        "mdi:phone-forward",
        "had a call from {who} answered elsewhere",
        "call_answered_elsewhere",
        "a call that was answered elsewhere than at",
        {**CALLER_OPTION, **CALLED_OPTION, **QUEUE_OPTION},
    ),
}

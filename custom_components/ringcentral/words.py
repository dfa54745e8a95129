"""RingCentral's words as states of entities: lower snake case, translated by Home Assistant."""

from collections.abc import Mapping
import logging

from .api.models import DndStatus, MeetingStatus, PresenceStatus

_LOGGER = logging.getLogger(__package__)

PRESENCE: Mapping[str, str] = {
    PresenceStatus.AVAILABLE: "available",
    PresenceStatus.BUSY: "busy",
    PresenceStatus.OFFLINE: "offline",
}

# "Department" is RingCentral's old word for a call queue.
DND: Mapping[str, str] = {
    DndStatus.TAKE_ALL_CALLS: "take_all_calls",
    DndStatus.DO_NOT_ACCEPT_DEPARTMENT_CALLS: "do_not_accept_queue_calls",
    DndStatus.TAKE_DEPARTMENT_CALLS_ONLY: "take_queue_calls_only",
    DndStatus.DO_NOT_ACCEPT_ANY_CALLS: "do_not_accept_any_calls",
}

# The newer call handling knows these two (specification, dndStatusPersonal).
PERSONAL_DND: Mapping[str, str] = {
    word: DND[word] for word in (DndStatus.TAKE_ALL_CALLS, DndStatus.DO_NOT_ACCEPT_ANY_CALLS)
}

MEETING: Mapping[str, bool] = {MeetingStatus.CONNECTED: True, MeetingStatus.DISCONNECTED: False}

# Documented words that mean "not known"; everything else that is not in a table is news.
_SILENT_WORDS = frozenset({DndStatus.UNKNOWN})

_logged: set[str] = set()


def translate[ValueT](table: Mapping[str, ValueT], word: str | None) -> ValueT | None:
    """Return what a word stands for, or ``None``; a word that RingCentral has not documented is logged once."""
    if word is None:
        return None
    value = table.get(word)
    if value is None and word not in _SILENT_WORDS and word not in _logged and len(_logged) < 100:
        _logged.add(word)
        _LOGGER.info("RingCentral sent a status that is not documented: %.40s", word)
    return value


def word_for(table: Mapping[str, str], shown: str) -> str:
    """Return RingCentral's word for what is shown; raises :class:`KeyError` if the table has none."""
    for word, state in table.items():
        if state == shown:
            return str(word)
    raise KeyError(shown)

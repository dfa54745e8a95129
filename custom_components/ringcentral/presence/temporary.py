"""Presence that is set for a time: what is put back afterwards, and what is left because somebody has changed it."""

from collections.abc import Mapping

import msgspec

from ..api.models import DndStatus
from .vocabulary import ExtensionState


class ValueUnknownError(Exception):
    """The present value of a field is not known, so it can't be put back later."""


class TemporaryField(msgspec.Struct, frozen=True, kw_only=True):
    """One field that is set for a time. ``since`` and ``until`` in Unix seconds."""

    before: str
    chosen: str
    since: float
    until: float


# By the fields' names on the wire.
type TemporaryFields = Mapping[str, TemporaryField]


def settable_fields(state: ExtensionState) -> dict[str, str | None]:
    """Return what can be set for a time, by its name on the wire; ``None`` means not known."""
    return {
        "userStatus": state.user_status,
        "dndStatus": _known(state.dnd_status),
        "dndStatusPersonal": _known(state.dnd_status_personal),
        "message": state.message,
    }


def _known(dnd: str | None) -> str | None:
    return None if dnd == DndStatus.UNKNOWN else dnd


def begin(
    pending: TemporaryFields,
    current: Mapping[str, str | None],
    chosen: Mapping[str, str],
    *,
    now: float,
    until: float,
) -> dict[str, TemporaryField]:
    """Return what is pending when fields are set until a time.

    A field that is set for a time already keeps the value from before, unless somebody has changed it meanwhile. Raises
    :class:`ValueUnknownError`.
    """
    begun = unchanged(pending, current)
    for name, value in chosen.items():
        known = begun.get(name)
        before = known.before if known is not None else current.get(name)
        if before is None:
            raise ValueUnknownError(name)
        begun[name] = TemporaryField(before=before, chosen=value, since=now, until=until)
    return begun


def unchanged(
    pending: TemporaryFields, current: Mapping[str, str | None], *, set_before: float = float("inf")
) -> dict[str, TemporaryField]:
    """Return the fields that nobody has changed; those which were set at ``set_before`` or later count as such."""
    return {
        name: field
        for name, field in pending.items()
        if field.since >= set_before or current.get(name) in (field.chosen, None)
    }


def over(pending: TemporaryFields, now: float) -> dict[str, TemporaryField]:
    """Return the fields whose time has passed."""
    return {name: field for name, field in pending.items() if field.until <= now}


def next_end(pending: TemporaryFields) -> float:
    """Return when the next field's time will have passed, in Unix seconds."""
    return min(field.until for field in pending.values())

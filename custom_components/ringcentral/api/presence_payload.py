"""Presence as events and REST answers bring it: checked, cleaned, with what could not be read."""

import msgspec

from .models import ActiveCall, PartialPresence, Presence, PresenceFields
from .text import is_withheld
from .tolerant import Reading, read


def read_fields[FieldsT: PresenceFields](
    data: bytes | msgspec.Raw, kind: type[FieldsT], *, plain: bool | None = None
) -> Reading[FieldsT]:
    """Return the presence fields in a JSON object; raises :class:`~.errors.PayloadError` if it is none."""
    reading = read(data, kind, plain=plain)
    fields = reading.record
    if fields.active_calls and any(map(_is_withheld, fields.active_calls)):
        legs = tuple(map(_without_withheld, fields.active_calls))
        return Reading(msgspec.structs.replace(fields, active_calls=legs), reading.unreadable)
    return reading


def read_presence(data: bytes | msgspec.Raw) -> Presence:
    """Return a presence that REST gave, a :class:`PartialPresence` if some of it could not be read.

    Raises :class:`~.errors.PayloadError` if it is no JSON object.
    """
    presence, unreadable = read_fields(data, Presence)
    if not unreadable:
        return presence
    return PartialPresence(**msgspec.structs.asdict(presence), unreadable=unreadable)


def _is_withheld(leg: ActiveCall) -> bool:
    caller, called = leg.from_, leg.to
    # Nearly every number ends in a digit, which costs least to see.
    return (caller is not None and not caller[-1:].isdigit() and is_withheld(caller)) or (
        called is not None and not called[-1:].isdigit() and is_withheld(called)
    )


def _without_withheld(leg: ActiveCall) -> ActiveCall:
    """Return a leg without the words that stand in the place of a number; an empty text is left to the rules."""
    from_withheld, to_withheld = is_withheld(leg.from_), is_withheld(leg.to)
    return msgspec.structs.replace(
        leg,
        from_=None if from_withheld else leg.from_,
        from_name=None if from_withheld and is_withheld(leg.from_name) else leg.from_name,
        from_withheld=from_withheld,
        to=None if to_withheld else leg.to,
        to_name=None if to_withheld and is_withheld(leg.to_name) else leg.to_name,
        to_withheld=to_withheld,
    )

"""Reading records whose fields are not all of the documented shape: what can be read is, the rest is named.

RingCentral's own clients have seen ids and times as numbers, parties as objects and legs that are null (reference 5.3).
Strict decoding comes first and costs nothing more; only where it fails, or a text needs cleaning, a payload is read
field by field. What may stand in which field is taken from the records themselves.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
import json
import math
from types import UnionType
from typing import Annotated, Any, NamedTuple, TypeAliasType, Union, get_args, get_origin

import msgspec

from .errors import PayloadError
from .models import (
    ActiveCall,
    AnyId,
    Identifier,
    Integer,
    PhoneNumber,
    PresenceFields,
    Text,
    Timestamp,
    Word,
)
from .text import LONGEST_TEXT, clean, is_plain
from .transport import MALFORMED, describe

# More digits than any number or id has.
_MOST_DIGITS = 64

# From here on a float is no longer exactly one whole number.
_LEAST_INEXACT = 2.0**53

# Where a party is an object: its keys that hold a number, the first that is there counts.
_PARTY_NUMBERS = ("phoneNumber", "extensionNumber", "number")

# The names of fields that could not be read, in the order of their discovery.
type _Lost = dict[str, None]
type _Reader = Callable[[Any, str, _Lost], Any]


class Reading[RecordT](NamedTuple):
    """A record, and the names on the wire of what could not be read, as ``activeCalls[].startTime``; never values."""

    record: RecordT
    unreadable: tuple[str, ...] = ()


class _UnreadableError(Exception):
    """A value has no meaning in its place."""


class _Field(NamedTuple):
    name: str
    wire_name: str
    is_required: bool
    read: _Reader


def read[RecordT: msgspec.Struct](
    data: bytes | msgspec.Raw, kind: type[RecordT], *, plain: bool | None = None
) -> Reading[RecordT]:
    """Return the record that a JSON object holds, with cleaned texts; ``plain`` spares asking :func:`is_plain`.

    Raises :class:`PayloadError`, which names the place but no value, if it is no JSON object or a required field can't
    be read.
    """
    reason = ""
    if is_plain(bytes(data)) if plain is None else plain:
        try:
            return Reading(_decoder(kind).decode(data))
        except MALFORMED as error:
            reason = describe(error)
    lost: _Lost = {}
    try:
        return Reading(_read_record(kind, _parse(bytes(data)), "", lost), tuple(lost))
    except MALFORMED as error:
        raise PayloadError(reason or describe(error)) from error
    except _UnreadableError as error:
        raise PayloadError(reason or "it is no object of the documented shape") from error


def read_list(data: bytes) -> tuple[msgspec.Raw, ...]:
    """Return the members of a JSON array, each to be read; raises :class:`PayloadError` if it is none."""
    with suppress(*MALFORMED):
        return _list_decoder.decode(data)
    try:
        members = _parse(data)
    except MALFORMED as error:
        raise PayloadError(describe(error)) from error
    if not isinstance(members, list):
        raise PayloadError("it is no array")
    return tuple(_read_raw(member, "", {}) for member in members)


_list_decoder = msgspec.json.Decoder(tuple[msgspec.Raw, ...])


@cache
def _decoder[RecordT: msgspec.Struct](kind: type[RecordT]) -> msgspec.json.Decoder[RecordT]:
    return msgspec.json.Decoder(kind)


# JSON, as leniently as can be


def _parse(data: bytes) -> object:
    """Return JSON as plain values, even where a text was cut in the middle of a character or a number is too large."""
    try:
        return json.loads(data.decode(errors="replace"), parse_int=_parse_int)
    except ValueError as error:
        raise msgspec.DecodeError("JSON is malformed") from error


def _parse_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


# Values


def _read_word(value: object, _place: str, _lost: _Lost) -> str:
    if not isinstance(value, str):
        raise _UnreadableError
    return clean(value)


def _read_text(value: object, _place: str, _lost: _Lost) -> str:
    return clean(value if isinstance(value, str) else str(_as_number(value)))


def _read_identifier(value: object, _place: str, _lost: _Lost) -> str:
    text = value if isinstance(value, str) else str(_as_whole(value))
    # A part of an id, or a cleaned one, would be another id.
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise _UnreadableError
    return text


def _read_any_id(value: object, place: str, lost: _Lost) -> int | str:
    return _read_identifier(value, place, lost) if isinstance(value, str) else _read_integer(value, place, lost)


def _read_phone_number(value: object, _place: str, _lost: _Lost) -> str:
    return clean(value) if isinstance(value, str) else str(_as_whole(value))


def _read_boolean(value: object, _place: str, _lost: _Lost) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "false": False, "1": True, "0": False}
    try:
        return known[str(value).strip().lower()]
    except KeyError:
        raise _UnreadableError from None


def _read_raw(value: object, _place: str, _lost: _Lost) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def _as_number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _UnreadableError
    return int(value) if value.is_integer() and abs(value) < _LEAST_INEXACT else value


def _as_whole(value: object) -> int:
    number = _as_number(value)
    if not isinstance(number, int):
        raise _UnreadableError
    return number


def _whole_number_reader(low: int, high: int) -> _Reader:
    def read_whole_number(value: object, _place: str, _lost: _Lost) -> int:
        if isinstance(value, str):
            digits = value.strip()
            if not digits.removeprefix("-").isdecimal() or len(digits) > _MOST_DIGITS:
                raise _UnreadableError
            value = int(digits)
        number = _as_whole(value)
        if not low <= number <= high:
            raise _UnreadableError
        return number

    return read_whole_number


_read_integer = _whole_number_reader(-(2**63), 2**63 - 1)

_READERS: Mapping[object, _Reader] = {
    AnyId: _read_any_id,
    Identifier: _read_identifier,
    Integer: _read_integer,
    PhoneNumber: _read_phone_number,
    Text: _read_text,
    Timestamp: _read_identifier,
    Word: _read_word,
    bool: _read_boolean,
    msgspec.Raw: _read_raw,
}


# Records and lists


def _read_record[RecordT: msgspec.Struct](kind: type[RecordT], value: Any, place: str, lost: _Lost) -> RecordT:
    if not isinstance(value, dict):
        raise _UnreadableError
    if kind is ActiveCall:
        value = _flatten_parties(value)
    found: dict[str, Any] = {}
    for field in _fields(kind):
        given = value.get(field.wire_name)
        if given is not None:
            inside = f"{place}{field.wire_name}"
            try:
                found[field.name] = field.read(given, inside, lost)
            except _UnreadableError:
                lost[inside] = None
        if field.is_required and field.name not in found:
            raise _UnreadableError
    if issubclass(kind, PresenceFields):
        _count_lost_legs(value, found)
    return kind(**found)


def _flatten_parties(leg: dict[str, Any]) -> dict[str, Any]:
    """Return a leg whose parties are numbers and names, as documented, where they came as objects."""
    flat = dict(leg)
    for key in ("from", "to"):
        party = leg.get(key)
        if isinstance(party, dict) and (party.keys() & {*_PARTY_NUMBERS, "name"}):
            flat[key] = next((party[name] for name in _PARTY_NUMBERS if party.get(name) is not None), None)
            flat[f"{key}Name"] = leg.get(f"{key}Name") or party.get("name")
    return flat


def _count_lost_legs(value: dict[str, Any], found: dict[str, Any]) -> None:
    """Let the total say that the list is not whole, as it does where RingCentral cuts it; null is no leg."""
    listed = value.get("activeCalls")
    count = sum(leg is not None for leg in listed) if isinstance(listed, list) else 0
    if count > len(found.get("active_calls", ())):
        found["total_active_calls"] = max(found.get("total_active_calls", 0), count)


def _record_reader(kind: type[msgspec.Struct]) -> _Reader:
    def read_inner(value: object, place: str, lost: _Lost) -> msgspec.Struct:
        return _read_record(kind, value, f"{place}.", lost)

    return read_inner


def _list_reader(annotation: Any, limits: msgspec.Meta | None) -> _Reader:
    kind = get_args(annotation)[0]
    read_item, known = _reader_of(kind), _wire_names(kind)
    limit = limits.max_length if limits is not None else None

    def read_list(value: object, place: str, lost: _Lost) -> tuple[Any, ...]:
        # A lone one may come without its list.
        items = [value] if isinstance(value, dict) and value else value
        if not isinstance(items, list):
            raise _UnreadableError
        inside = f"{place}[]"
        found = []
        for item in items[:limit]:
            try:
                # An object without anything known is none of these.
                if known and isinstance(item, dict) and item and item.keys().isdisjoint(known):
                    raise _UnreadableError
                found.append(read_item(item, inside, lost))
            except _UnreadableError:
                lost[inside] = None
        if limit is not None and len(items) > limit:
            lost[inside] = None
        return tuple(found)

    return read_list


# From a record's types to its readers


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[_Field, ...]:
    return tuple(
        _Field(field.name, field.encode_name, field.required, _reader_of(field.type))
        for field in msgspec.structs.fields(kind)
    )


def _wire_names(kind: Any) -> frozenset[str]:
    is_record = isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    return frozenset(field.wire_name for field in _fields(kind)) if is_record else frozenset()


def _reader_of(annotation: Any, limits: msgspec.Meta | None = None) -> _Reader:
    """Return the reader for a field of that type."""
    if annotation in _READERS:
        return _READERS[annotation]
    if isinstance(annotation, TypeAliasType):
        return _reader_of(annotation.__value__)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _reader_of(annotation.__origin__, annotation.__metadata__[0])
    if origin in (Union, UnionType):
        # Of one or a list of the same, the list takes both.
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        return _reader_of(next((kind for kind in kinds if get_origin(kind) is Annotated), kinds[0]))
    return _list_reader(annotation, limits) if origin is tuple else _plain_reader(annotation, limits)


def _plain_reader(annotation: Any, limits: msgspec.Meta | None) -> _Reader:
    if annotation is int and limits is not None and limits.ge is not None and limits.le is not None:
        return _whole_number_reader(int(limits.ge), int(limits.le))
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return _record_reader(annotation)

    def read_strictly(value: object, _place: str, _lost: _Lost) -> Any:
        try:
            return msgspec.convert(value, annotation)
        except msgspec.ValidationError as error:
            raise _UnreadableError from error

    return read_strictly

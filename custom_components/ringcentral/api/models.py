"""What RingCentral sends, as frozen records.

Records are decoded and checked once, by :mod:`msgspec`, where bytes enter. Unknown fields are ignored, a missing field
and a JSON ``null`` are both ``None``, and a value of the wrong type is read by :mod:`.tolerant` if it has a meaning all
the same. Enumerated values stay the strings that were sent, because RingCentral adds words without notice; the
``StrEnum`` classes here hold the documented ones and compare equal to them. Frozen records can't hold cycles, so those
that every event makes are kept from the garbage collector (``gc=False``).

Sources: RingCentral's public OpenAPI specification (schemas named in each docstring) and its guide to event
notifications.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from .text import LONGEST_TEXT

_SHORT = msgspec.Meta(max_length=LONGEST_TEXT)

# RingCentral lists at most 7 calls of an extension (reference 5.2).
MOST_LEGS = 50

# What a text is, so that one of another JSON type can still be read; a word is never a number, an id may be.
type Word = Annotated[str, _SHORT]
type Text = Annotated[str, _SHORT]
type Identifier = Annotated[str, _SHORT]
type PhoneNumber = Annotated[str, _SHORT]
type Timestamp = Annotated[str, _SHORT]
# What fits into 64 bits can be stored and shown.
type Integer = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
type Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
type AnyId = Integer | Identifier

# Milliseconds since 1970 are more than this, seconds are less, until the year 5138.
_SMALLEST_MILLISECONDS = 10**11

# What is beyond these can't be shown in every time zone, or reckoned with.
_YEARS = range(1970, 2200)


class PresenceStatus(StrEnum):
    """Aggregated presence, and the same three words for the status that the user chose."""

    AVAILABLE = "Available"
    BUSY = "Busy"
    OFFLINE = "Offline"


class TelephonyStatus(StrEnum):
    """What a line or a call does."""

    NO_CALL = "NoCall"
    RINGING = "Ringing"
    CALL_CONNECTED = "CallConnected"
    ON_HOLD = "OnHold"
    PARKED_CALL = "ParkedCall"


class DndStatus(StrEnum):
    """Do Not Disturb. "Department" is RingCentral's old word for a call queue."""

    TAKE_ALL_CALLS = "TakeAllCalls"
    DO_NOT_ACCEPT_DEPARTMENT_CALLS = "DoNotAcceptDepartmentCalls"
    TAKE_DEPARTMENT_CALLS_ONLY = "TakeDepartmentCallsOnly"
    DO_NOT_ACCEPT_ANY_CALLS = "DoNotAcceptAnyCalls"
    UNKNOWN = "Unknown"


class MeetingStatus(StrEnum):
    """Whether the user is in a RingCentral meeting."""

    CONNECTED = "Connected"
    DISCONNECTED = "Disconnected"


class CallDirection(StrEnum):
    """Direction of a call, seen from the extension."""

    INBOUND = "Inbound"
    OUTBOUND = "Outbound"


TERMINATION_FINAL = "final"


def parse_timestamp(text: str | None) -> datetime | None:
    """Return an aware time in UTC, or ``None`` if there is none, or none of a telephone system's.

    RingCentral writes ``2016-02-18T09:37:24.597Z`` and ``2015-04-10T18:48:55.133+0000``; fixtures of its clients have
    milliseconds since 1970 (reference 5.3).
    """
    if not text:
        return None
    try:
        if text.isdecimal() and len(text) > 8:
            number = int(text)
            moment = datetime.fromtimestamp(number / 1000 if number >= _SMALLEST_MILLISECONDS else number, UTC)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except ValueError, OverflowError, OSError:
        return None
    return moment if moment.year in _YEARS else None


class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """Base of all wire records."""


class SipData(Record, frozen=True, kw_only=True):
    """SIP identifiers of a leg (specification, DetailedCallInfo).

    As long as an inbound leg rings, ``to_tag`` is ``blf`` and ``from_tag`` the party's id (capture 2018, call control
    guide): there is no tag of the called side yet. It says nothing about whose leg it is.
    """

    call_id: Identifier | None = None
    to_tag: Identifier | None = None
    from_tag: Identifier | None = None
    remote_uri: Text | None = None
    local_uri: Text | None = None
    rc_session_id: Identifier | None = None


class CallInfoLine(Record, frozen=True, kw_only=True):
    """One line of what a desk phone displays for a queue call; ``type`` says what ``value`` is, as ``QueueName``."""

    type: Word | None = None
    value: Text | None = None


class CallInfo(Record, frozen=True, kw_only=True):
    """The two display lines of a queue call (specification, CallInfoCQ)."""

    primary: CallInfoLine | None = None
    additional: CallInfoLine | None = None


class AppearanceInfo(Record, frozen=True, kw_only=True):
    """The delegated line on which a call appears (specification, AppearanceInfo)."""

    phone_number: PhoneNumber | None = None
    appearance_number: AnyId | None = None


class ActiveCall(Record, frozen=True, kw_only=True):
    """One leg in a list of active calls (specification, ActiveCallInfo). Every field may be missing.

    ``from_`` and ``to`` hold E.164, digits without ``+``, a short extension number or an empty string. Where a word
    says that the number is withheld, it is ``None`` and ``from_withheld`` or ``to_withheld`` is true.
    """

    id: Identifier | None = None
    direction: Word | None = None
    queue_call: bool | None = None
    from_: PhoneNumber | None = msgspec.field(default=None, name="from")
    from_name: Text | None = None
    to: PhoneNumber | None = None
    to_name: Text | None = None
    start_time: Timestamp | None = None
    telephony_status: Word | None = None
    termination_type: Word | None = None
    session_id: Identifier | None = None
    telephony_session_id: Identifier | None = None
    party_id: Identifier | None = None
    on_behalf_of: PhoneNumber | None = None
    call_info: CallInfo | None = None
    appearance_info: AppearanceInfo | None = None
    sip_data: SipData | None = None
    from_withheld: bool = False
    to_withheld: bool = False


class Appearance(Record, frozen=True, kw_only=True):
    """A line of a delegated lines group: ``Seized`` or ``Released`` (specification, AppearancesInfo)."""

    phone_number: PhoneNumber | None = None
    appearance_number: AnyId | None = None
    line_status: Word | None = None


class PresenceScalars(Record, frozen=True, kw_only=True):
    """The single values of a presence payload. ``None`` means: not in this payload.

    ``message`` is in no event of today's specification, but simple events carried it in 2017 (reference 5.2);
    ``caller_id_visibility`` is in REST replies. Where legs could not be read, or were too many, ``total_active_calls``
    is raised to the number of those listed, so that the list counts as cut.
    """

    presence_status: Word | None = None
    user_status: Word | None = None
    telephony_status: Word | None = None
    dnd_status: Word | None = None
    dnd_status_personal: Word | None = None
    accept_call_queue_calls: bool | None = None
    meeting_status: Word | None = None
    allow_see_my_presence: bool | None = None
    ring_on_monitored_call: bool | None = None
    pick_up_calls_on_hold: bool | None = None
    cx_telephony_status: Word | None = None
    aggregated_telephony_status: Word | None = None
    message: Text | None = None
    caller_id_visibility: Word | None = None
    total_active_calls: Count | None = None


class PresenceFields(PresenceScalars, frozen=True, kw_only=True):
    """The presence fields that events and REST replies share."""

    active_calls: Annotated[tuple[ActiveCall, ...], msgspec.Meta(max_length=MOST_LEGS)] | None = None


class PresenceBody(PresenceFields, frozen=True, kw_only=True):
    """Body of a presence event (specification, DetailedExtensionPresenceEventBody and its siblings).

    ``sequence`` states the chronology of notifications, but it has gaps, is shared by the account's extensions, and may
    be missing. ``extension_id`` is a string in the documentation and an integer on the wire.
    """

    extension_id: AnyId | None = None
    sequence: Integer | None = None
    owner_id: AnyId | None = None
    appearances: Appearance | Annotated[tuple[Appearance, ...], msgspec.Meta(max_length=MOST_LEGS)] | None = None


class PresenceExtension(Record, frozen=True, kw_only=True):
    """The extension that a REST presence record is about."""

    id: AnyId | None = None
    extension_number: PhoneNumber | None = None
    uri: Text | None = None


class Presence(PresenceFields, frozen=True, kw_only=True):
    """Presence of one extension as REST gives it (specification, PresenceInfoResponse). It has no sequence."""

    uri: Text | None = None
    extension: PresenceExtension | None = None


class PartialPresence(Presence, frozen=True, kw_only=True):
    """A presence of which not everything could be read; ``unreadable`` holds names of fields, never values."""

    unreadable: tuple[str, ...]


class Notification(Record, frozen=True, kw_only=True):
    """The envelope of every event, over WebSocket and webhook alike; ``body`` is decoded by kind."""

    uuid: Identifier | None = None
    event: Word | None = None
    timestamp: Timestamp | None = None
    subscription_id: Identifier | None = None
    owner_id: AnyId | None = None
    body: msgspec.Raw = msgspec.Raw(b"{}")


class PresenceEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A presence notification, ready for the rules.

    ``sent_at`` is the server's time of sending in Unix seconds. ``detailed`` says whether the filter asked for calls;
    a simple event without a list says nothing about calls. ``unreadable`` are the names on the wire of fields that
    could not be read, as ``activeCalls[].startTime``, never values; only REST knows what they said.
    """

    uuid: str | None
    event: str
    extension_id: str
    sent_at: float | None
    sequence: int | None
    detailed: bool
    body: PresenceBody
    unreadable: tuple[str, ...] = ()


class ExtensionListEvent(msgspec.Struct, frozen=True):
    """Extensions were added, changed or removed; the new list is to be read by REST."""


class WatchListEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The list of monitored lines or of favorites changed; the new list is to be read by REST."""

    extension_id: str


class MailboxEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The voicemails of an extension changed; what it is now, is to be read by REST.

    Both events of a new voicemail come to this, whatever their order and the spelling of ids (reference 6.6).
    """

    extension_id: str


class OtherEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a kind that this integration has no use for."""

    event: str


type Event = PresenceEvent | ExtensionListEvent | WatchListEvent | MailboxEvent | OtherEvent

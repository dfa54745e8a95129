"""The call log by REST: what RingCentral wrote down of calls that are over.

Source: RingCentral's guide to the call log and its OpenAPI specification (CallLogRecord, CallLogSyncResponse). All of
it is in the Heavy group.
"""

from datetime import UTC, datetime
import re

import msgspec

from .answers import Synced, read_synced
from .client import RingCentralClient
from .models import AnyId, Count, Identifier, PhoneNumber, Record, Text, Timestamp, Word
from .rate_limit import UsageGroup
from .text import is_withheld

# The application permission, and the feature that the user's role has to grant (specification).
PERMISSION = "ReadCallLog"
FEATURE = "ReadExtensionCallLog"

# A full synchronization brings no more (specification).
MOST_RECORDS = 250


# Numbers with their country's code, that may lack the ``+`` (capture of 2017): nobody could dial them.
_WITHOUT_PLUS = re.compile(r"[1-9]\d{10,14}")


class LogParty(Record, frozen=True, kw_only=True):
    """One side of a call or a message, as it is written; what it means is in the properties."""

    phone_number: PhoneNumber | None = None
    extension_number: PhoneNumber | None = None
    extension_id: AnyId | None = None
    name: Text | None = None

    @property
    def number(self) -> str | None:
        """The number that can be called back."""
        number = self.phone_number or self.extension_number
        if not number or is_withheld(number):
            return None
        return f"+{number}" if self.phone_number and _WITHOUT_PLUS.fullmatch(number) else number

    @property
    def is_withheld(self) -> bool:
        """Whether there is no number because it is kept back: words and empty texts say so, as in presence."""
        given = self.phone_number if self.phone_number is not None else self.extension_number
        if self.number is not None:
            return False
        return given == "" or is_withheld(given) or is_withheld(self.name)

    @property
    def shown_name(self) -> str | None:
        """The name, unless it only says that the number is withheld."""
        return None if self.is_withheld and is_withheld(self.name) else self.name


class LinkedMessage(Record, frozen=True, kw_only=True):
    """The voicemail or fax that a call has left."""

    id: AnyId
    type: Word | None = None


class LogExtension(Record, frozen=True, kw_only=True):
    """The extension that a record is of."""

    id: AnyId


class CallLogRecord(Record, frozen=True, kw_only=True):
    """A call at one extension. ``duration`` is in seconds; what is ``deleted`` has little else than its id."""

    id: Identifier
    session_id: Identifier | None = None
    telephony_session_id: Identifier | None = None
    start_time: Timestamp | None = None
    duration: Count | None = None
    type: Word | None = None
    direction: Word | None = None
    action: Word | None = None
    result: Word | None = None
    from_: LogParty | None = msgspec.field(default=None, name="from")
    to: LogParty | None = None
    message: LinkedMessage | None = None
    extension: LogExtension | None = None
    delegation_type: Word | None = None
    deleted: bool = False


async def sync_call_log(
    client: RingCentralClient, *, token: str | None = None, since: float, of_account: bool = False
) -> Synced[CallLogRecord]:
    """Read what has changed since a token was given, or without one the newest records since a time (Unix seconds).

    Raises :class:`~.errors.RequestRejectedError` where the token is no longer good, or too much has changed.
    """
    owner = "" if of_account else "/extension/~"
    if token is not None:
        params = {"syncType": "ISync", "syncToken": token}
    else:
        begin = datetime.fromtimestamp(since, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        params = {"syncType": "FSync", "recordCount": str(MOST_RECORDS), "dateFrom": begin, "statusGroup": "All"}
    path = f"/restapi/v1.0/account/~{owner}/call-log-sync"
    # Presence of a large account is read in the same group.
    reply = await client.request("GET", path, UsageGroup.HEAVY, params=params, is_patient=True)
    return read_synced(reply, CallLogRecord)

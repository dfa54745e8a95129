"""The message store by REST, as far as voicemail goes.

Source: RingCentral's guide to messaging and its OpenAPI specification (GetMessageInfoResponse, GetMessageSyncResponse).
Ids are integers here and texts in some events.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from .answers import Synced, read_answer, read_synced
from .call_log import LogParty
from .client import RingCentralClient
from .models import AnyId, Count, Record, Timestamp, Word
from .rate_limit import UsageGroup

READ_PERMISSION = "ReadMessages"
EDIT_PERMISSION = "EditMessages"
FEATURE = "ReadMessages"

_STORE = "/restapi/v1.0/account/~/extension/~/message-store"
_SYNC = "/restapi/v1.0/account/~/extension/~/message-sync"

# How many a full synchronization asks for, as RingCentral's own client does.
MOST_RECORDS = 250

VOICEMAIL_WORDS = frozenset({"VoiceMail", "Voicemail"})
UNREAD = "Unread"
READ = "Read"
ALIVE = "Alive"


class Attachment(Record, frozen=True, kw_only=True):
    """The recording or the transcription of a voicemail; ``vm_duration`` is in seconds."""

    id: AnyId | None = None
    uri: Annotated[str, msgspec.Meta(max_length=2048)] | None = None
    type: Word | None = None
    content_type: Word | None = None
    vm_duration: Count | None = None


class Message(Record, frozen=True, kw_only=True):
    """A message; of one that is no longer ``Alive``, a synchronization says no more than that."""

    id: AnyId
    type: Word | None = None
    direction: Word | None = None
    read_status: Word | None = None
    availability: Word | None = None
    creation_time: Timestamp | None = None
    from_: LogParty | None = msgspec.field(default=None, name="from")
    attachments: tuple[Attachment, ...] = ()
    vm_transcription_status: Word | None = None

    def attachment(self, kind: str) -> Attachment | None:
        """Return what is attached of a kind: ``AudioRecording`` or ``AudioTranscription``."""
        return next((one for one in self.attachments if one.type == kind and one.uri), None)


async def sync_voicemails(client: RingCentralClient, *, token: str | None = None, since: float) -> Synced[Message]:
    """Read what has changed since a token was given, or without one the newest voicemails since a time (Unix seconds).

    Raises :class:`~.errors.RequestRejectedError` where the token is no longer good.
    """
    params: Mapping[str, str]
    if token is not None:
        params = {"syncType": "ISync", "syncToken": token}
    else:
        begin = datetime.fromtimestamp(since, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        # Without a date, sources differ on how far back it goes (reference 6.2).
        params = {
            "syncType": "FSync",
            "recordCount": str(MOST_RECORDS),
            "dateFrom": begin,
            "messageType": "VoiceMail",
            "direction": "Inbound",
        }
    return read_synced(await client.request("GET", _SYNC, UsageGroup.LIGHT, params=params), Message)


async def set_read(client: RingCentralClient, message_id: str, *, is_read: bool) -> Message:
    """Mark a message as read or unread, in all of the user's clients."""
    body = {"readStatus": READ if is_read else UNREAD}
    return read_answer(await client.request("PUT", f"{_STORE}/{message_id}", UsageGroup.MEDIUM, body=body), Message)


async def delete_message(client: RingCentralClient, message_id: str) -> None:
    """Delete a message; RingCentral keeps it for five days more (guide)."""
    await client.request("DELETE", f"{_STORE}/{message_id}", UsageGroup.MEDIUM)

"""The message store: voicemails, from the recording to the transcription, and who has read what.

Sources: RingCentral's guide to the message store and its OpenAPI specification (GetMessageInfoResponse); a notice of
2016 that came 80 s after the phone had stopped ringing (community, question 484).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import heapq
import io
import itertools
import math
import struct
from typing import Any
import wave

from .clock import Clock
from .notice import Notice
from .settings import CloudSettings
from .timestamps import timestamp

# A deleted message loses what is attached after so long (guide, messaging).
PURGED_AFTER = 5 * 86400.0
RATE = 8000

UNREAD, READ = "Unread", "Read"
ALIVE, DELETED, PURGED = "Alive", "Deleted", "Purged"

DEFAULT_TEXT = "Hello, this is John Wang. Please call me back when you have a moment. Thank you."


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A voicemail. Times are Unix seconds; ``text`` is what the caller says."""

    id: int
    extension_id: int
    created_at: float
    modified_at: float
    from_number: str | None
    from_name: str | None
    seconds: int
    text: str
    transcription: str = "NotAvailable"
    read_status: str = UNREAD
    availability: str = ALIVE
    telephony_session_id: str | None = None


class Messages:
    """The voicemails of an account."""

    def __init__(self, clock: Clock, settings: CloudSettings, notify: Callable[[Notice], None]) -> None:
        """Begin empty; ``notify`` gets a notice of each change."""
        self.settings = settings
        self.on_message: Callable[[Message], None] = lambda _: None
        self._clock = clock
        self._notify = notify
        self._by_id: dict[int, Message] = {}
        self._next_id = 3062991514017
        # What is to come, whether or not the cloud runs.
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._cancel: Callable[[], None] | None = None
        self._is_running = False

    def start(self) -> None:
        """Do what is to come in its time, and at once what has come due meanwhile."""
        self._is_running = True
        self._arm()

    def stop(self) -> None:
        """Do nothing until the next start."""
        self._is_running = False
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (self._clock.monotonic() + seconds, next(self._order), action))
        self._arm()

    def _arm(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        if self._is_running and self._agenda:
            self._cancel = self._clock.call_later(max(0.0, self._agenda[0][0] - self._clock.monotonic()), self._fire)

    def _fire(self) -> None:
        self._cancel = None
        while self._agenda and self._agenda[0][0] <= self._clock.monotonic():
            heapq.heappop(self._agenda)[2]()
        self._arm()

    def of(self, extension_id: int) -> list[Message]:
        """Return an extension's messages, the newest first; those that are gone included."""
        self._purge_old()
        found = [message for message in self._by_id.values() if message.extension_id == extension_id]
        return sorted(found, key=lambda message: (-message.created_at, -message.id))

    def get(self, extension_id: int, message_id: int) -> Message | None:
        """Return a message of an extension."""
        self._purge_old()
        message = self._by_id.get(message_id)
        return message if message is not None and message.extension_id == extension_id else None

    def record(
        self,
        extension_id: int,
        *,
        from_number: str | None,
        from_name: str | None,
        seconds: float = 12.0,
        text: str = DEFAULT_TEXT,
        telephony_session_id: str | None = None,
    ) -> None:
        """Let a caller speak for so long; the message is there some seconds after that."""

        def leave() -> None:
            self.add(
                extension_id,
                from_number=from_number,
                from_name=from_name,
                seconds=seconds,
                text=text,
                telephony_session_id=telephony_session_id,
            )

        self._after(seconds + self.settings.voicemail_processing, leave)

    def add(
        self,
        extension_id: int,
        *,
        from_number: str | None = None,
        from_name: str | None = None,
        seconds: float = 12.0,
        text: str = DEFAULT_TEXT,
        telephony_session_id: str | None = None,
        at: float | None = None,
    ) -> Message:
        """Put a message into the store now, and have its transcription made; one of another time is transcribed."""
        now = self._clock.time() if at is None else at
        self._next_id += 1000
        # The same past has the same ids.
        message_id = self._next_id if at is None else 2_000_000_000_000 + round(at)
        how = self.settings.transcription if at is None else "at_once"
        message = Message(
            id=message_id,
            extension_id=extension_id,
            created_at=now,
            modified_at=now,
            from_number=from_number,
            from_name=from_name,
            seconds=round(seconds),
            text=text,
            transcription={"off": "NotAvailable", "at_once": "Completed"}.get(how, "InProgress"),
            telephony_session_id=telephony_session_id,
        )
        self._by_id[message.id] = message
        self.on_message(message)
        self._report_new(message)
        if how in {"later", "silent", "fails"}:
            self._after(self.settings.transcription_delay, lambda: self._transcribe(message))
        return message

    def set_read(self, message: Message, read_status: str) -> None:
        """Mark a message as read or unread."""
        if message.read_status != read_status:
            message.read_status = read_status
            self._change(message)

    def delete(self, message: Message, *, purge: bool = False) -> None:
        """Delete a message; a second time, or if that is asked for, it is purged."""
        message.availability = PURGED if purge or message.availability != ALIVE else DELETED
        self._change(message)

    def restore(self, message: Message) -> None:
        """Take a deleted message back."""
        if message.availability == DELETED:
            message.availability = ALIVE
            self._change(message)

    def _transcribe(self, message: Message) -> None:
        if message.availability != ALIVE:
            return
        message.transcription = "Failed" if self.settings.transcription == "fails" else "Completed"
        self._change(message, is_reported=self.settings.transcription != "silent")

    def _purge_old(self) -> None:
        earliest = self._clock.time() - PURGED_AFTER
        for message in self._by_id.values():
            if message.availability == DELETED and message.modified_at < earliest:
                message.availability = PURGED

    # Notices

    def _change(self, message: Message, *, is_reported: bool = True) -> None:
        message.modified_at = self._clock.time()
        if is_reported:
            self._report_store(message, {"newCount": 0, "updatedCount": 1})

    def _report_new(self, message: Message) -> None:
        def report_voicemail() -> None:
            self._notify(Notice("voicemail", message.extension_id, self._event(message)))

        if self.settings.voicemail_event_first:
            report_voicemail()
        ids = {"newMessageIds": [message.id]} if self.settings.message_ids_listed else {}
        self._report_store(message, {"newCount": 1, "updatedCount": 0, **ids})
        if not self.settings.voicemail_event_first:
            report_voicemail()

    def _report_store(self, message: Message, counts: Mapping[str, Any]) -> None:
        # A zero may be left out (reference 6.6).
        shown = {name: value for name, value in counts.items() if value or self.settings.zero_counts}
        body = {
            "extensionId": str(message.extension_id),
            "lastUpdated": timestamp(message.modified_at),
            "changes": [{"type": "VoiceMail", **shown}],
        }
        self._notify(Notice("message_store", message.extension_id, body))

    def _event(self, message: Message) -> dict[str, Any]:
        """Return the body of the event of a new voicemail, where ids are texts (guide) unless set otherwise."""
        body = describe(message, "https://media.example.com", withheld_word=self.settings.withheld_word)
        if self.settings.voicemail_event_ids == "text":
            body["id"] = str(body["id"])
            body["attachments"] = [{**one, "id": str(one["id"])} for one in body["attachments"]]
        return {**body, "type": self.settings.voicemail_event_type}


def describe(
    message: Message, media_url: str, extension_uri: str = "", withheld_word: str | None = None
) -> dict[str, Any]:
    """Return a message as REST has it; of one that is purged, nothing is attached."""
    caller = {
        "phoneNumber": withheld_word if message.from_number is None else message.from_number,
        "name": message.from_name,
    }
    uri = f"{extension_uri or media_url}/message-store/{message.id}"
    content = uri.replace(extension_uri, media_url, 1) if extension_uri else uri
    kinds = [("AudioRecording", "audio/x-wav", message.id)]
    if message.transcription == "Completed":
        kinds.append(("AudioTranscription", "text/plain", message.id + 1))
    attachments = [
        {
            "id": number,
            "uri": f"{content}/content/{number}",
            "type": kind,
            "contentType": content_type,
            "vmDuration": message.seconds,
        }
        for kind, content_type, number in kinds
    ]
    return {
        "uri": uri,
        "id": message.id,
        "to": [{"name": "Mailbox"}],
        "from": {name: value for name, value in caller.items() if value is not None},
        "type": "VoiceMail",
        "creationTime": timestamp(message.created_at),
        "readStatus": message.read_status,
        "priority": "Normal",
        "attachments": [] if message.availability == PURGED else attachments,
        "direction": "Inbound",
        "availability": message.availability,
        "messageStatus": "Received",
        "lastModifiedTime": timestamp(message.modified_at),
        "vmTranscriptionStatus": message.transcription,
    }


def make_audio(seconds: int) -> bytes:
    """Return a WAV file of that length in seconds: a soft tone with a gap in each second."""
    samples = bytearray()
    for place in range(RATE * max(1, seconds)):
        second, part = divmod(place, RATE)
        loudness = 6000 if part < RATE * 0.7 else 0
        samples += struct.pack("<h", round(loudness * math.sin(place * 2 * math.pi * (330 + 20 * (second % 3)) / RATE)))
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(samples))
    return data.getvalue()

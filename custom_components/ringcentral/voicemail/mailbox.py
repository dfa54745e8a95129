"""What is in a mailbox, and what is new in it. Pure."""

from collections.abc import Iterable
import re

import msgspec

from ..api.call_log import LogParty
from ..api.messages import ALIVE, READ, VOICEMAIL_WORDS, Message
from ..api.models import parse_timestamp
from ..presence.privacy import Privacy, mask, shown_party

# As long as RingCentral keeps voicemails.
KEPT_FOR = 30 * 86400.0

# A transcription that is not there by then does not come (guide: it takes seconds to minutes).
TRANSCRIBED_WITHIN = 900.0

_IN_PROGRESS = "InProgress"

# Digits that may be a number, with what people put between them.
_SPOKEN_NUMBER = re.compile(r"\+?\d(?:[\s\-.,()/_\u2010-\u2015]{0,4}\d){4,}")


class Voicemail(msgspec.Struct, frozen=True, kw_only=True):
    """A voicemail as it may be shown; ``at`` in Unix seconds, ``duration`` in seconds.

    ``audio`` and ``text`` are the addresses of the recording and of its transcription at RingCentral.
    """

    id: str
    at: float
    name: str | None = None
    number: str | None = None
    is_withheld: bool = False
    duration: int | None = None
    is_read: bool = False
    is_being_transcribed: bool = False
    transcription: str | None = None
    audio: str | None = None
    audio_type: str | None = None
    text: str | None = None


def read_message(message: Message, privacy: Privacy) -> Voicemail | None:
    """Return the voicemail that a message is, as it may be shown; ``None`` if it is none, or gone.

    Where callers are hidden, neither what they said nor their voice is to be had.
    """
    created_at = parse_timestamp(message.creation_time)
    is_voicemail = message.type in VOICEMAIL_WORDS and message.availability in (ALIVE, None)
    if created_at is None or not is_voicemail or message.direction == "Outbound":
        return None
    caller = message.from_ or LogParty()
    name, number = shown_party(caller.shown_name, caller.number, privacy)
    audio, text = message.attachment("AudioRecording"), message.attachment("AudioTranscription")
    if privacy is Privacy.HIDDEN:
        text = None
    return Voicemail(
        id=str(message.id),
        at=created_at.timestamp(),
        name=name,
        number=number,
        is_withheld=caller.is_withheld and privacy is not Privacy.HIDDEN,
        duration=audio.vm_duration if audio is not None else None,
        is_read=message.read_status == READ,
        is_being_transcribed=message.vm_transcription_status == _IN_PROGRESS and privacy is not Privacy.HIDDEN,
        audio=audio.uri if audio is not None and privacy is not Privacy.HIDDEN else None,
        audio_type=audio.content_type if audio is not None else None,
        text=text.uri if text is not None else None,
    )


def shown_transcription(text: str, privacy: Privacy) -> str | None:
    """Return what a caller said as it may be shown: numbers in it are masked as those of callers are."""
    if privacy is Privacy.SHOWN or not text:
        return text or None
    return None if privacy is Privacy.HIDDEN else _SPOKEN_NUMBER.sub(lambda found: str(mask(found[0])), text)


class Mailbox:
    """The voicemails that are there."""

    def __init__(self, privacy: Privacy) -> None:
        """Begin empty."""
        self._privacy = privacy
        self._by_id: dict[str, Voicemail] = {}

    @property
    def voicemails(self) -> tuple[Voicemail, ...]:
        """The voicemails, the newest first."""
        return tuple(sorted(self._by_id.values(), key=lambda one: (-one.at, one.id)))

    @property
    def unread(self) -> int:
        """How many are unread."""
        return sum(not one.is_read for one in self._by_id.values())

    def get(self, voicemail_id: str) -> Voicemail | None:
        """Return a voicemail that is there."""
        return self._by_id.get(voicemail_id)

    def take(self, messages: Iterable[Message], *, is_full: bool) -> list[Voicemail]:
        """Take over what a synchronization brought; return the voicemails that were not there before, oldest first."""
        former = self._by_id
        self._by_id = {} if is_full else dict(former)
        for message in messages:
            message_id = str(message.id)
            voicemail = read_message(message, self._privacy)
            if voicemail is None:
                self._by_id.pop(message_id, None)
            else:
                known = former.get(message_id)
                text = known.transcription if known is not None else None
                self._by_id[message_id] = msgspec.structs.replace(voicemail, transcription=text)
        new = [one for one in self._by_id.values() if one.id not in former]
        return sorted(new, key=lambda one: one.at)

    def keep(self, voicemail_id: str, transcription: str) -> Voicemail | None:
        """Keep what was said, as it may be shown, and return the voicemail."""
        if (voicemail := self._by_id.get(voicemail_id)) is None:
            return None
        text = shown_transcription(transcription, self._privacy)
        self._by_id[voicemail_id] = msgspec.structs.replace(voicemail, transcription=text)
        return self._by_id[voicemail_id]

    def remove(self, voicemail_id: str) -> None:
        """Forget a voicemail that was deleted."""
        self._by_id.pop(voicemail_id, None)

    def forget_old(self, now: float) -> None:
        """Forget what RingCentral no longer has."""
        self._by_id = {one.id: one for one in self._by_id.values() if one.at > now - KEPT_FOR}

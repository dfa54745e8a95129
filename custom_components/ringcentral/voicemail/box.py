"""The login's mailbox: read at start, when RingCentral reports a change, and now and then as a check."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import partial
from typing import Any, override

from homeassistant.core import CALLBACK_TYPE, callback
import msgspec

from ..api.content import read_transcription
from ..api.errors import PermissionMissingError, RingCentralError
from ..api.filters import voicemail_filters
from ..api.messages import EDIT_PERMISSION, FEATURE, READ_PERMISSION, delete_message, set_read, sync_voicemails
from ..api.models import Event, MailboxEvent
from ..api.scopes import may_have
from ..listeners import call_all, subscribe
from ..sync.capability import CapabilityOwner
from ..sync.synced_capability import AFTER_START, SyncedCapability
from .mailbox import KEPT_FOR, TRANSCRIBED_WITHIN, Mailbox, Voicemail
from .store import KnownVoicemails, VoicemailStore

PERMISSIONS = (READ_PERMISSION, EDIT_PERMISSION)

# Each change comes in two events, whose order is free.
_AFTER_EVENT = 1.0
_CHECK_INTERVAL = 15 * 60.0
# A recording takes minutes at most; what is older was learned late.
_LATE = 600.0
# No source says that an event brings every transcription.
_TRANSCRIPTION_INTERVAL = 60.0
# A quarter of a minute's budget, which is that of changes, too.
_MOST_TRANSCRIBED = 10


class VoicemailKind(StrEnum):
    """What can happen in a mailbox."""

    RECEIVED = "received"
    TRANSCRIBED = "transcribed"
    NOT_TRANSCRIBED = "not_transcribed"


# What is reported to everybody; the rest is for who waits for a transcription.
NEWS = (VoicemailKind.RECEIVED, VoicemailKind.TRANSCRIBED)


# Gets what happened to which voicemail, and whether that was learned late.
type VoicemailListener = Callable[[VoicemailKind, Voicemail, bool], None]


class VoicemailBox(SyncedCapability[KnownVoicemails]):
    """The voicemails of the login's extension. Those of others are refused to most users (reference 1.3)."""

    _name = "voicemails"
    _permissions = PERMISSIONS
    _feature = FEATURE

    def __init__(self, owner: CapabilityOwner) -> None:
        """Initialize for a login."""
        super().__init__(owner, VoicemailStore(owner.hass, owner.entry.entry_id))
        self._mailbox = Mailbox(owner.privacy)
        self._is_first_read = True
        self._event_listeners: list[VoicemailListener] = []

    @property
    @override
    def filters(self) -> tuple[str, ...]:
        """The event filters of the own mailbox."""
        return voicemail_filters() if self.is_granted else ()

    @property
    def can_edit(self) -> bool:
        """Whether voicemails may be marked and deleted, as far as the token says."""
        return self.is_granted and may_have(self._owner.client.auth.token, (EDIT_PERMISSION,))

    @property
    def voicemails(self) -> Sequence[Voicemail]:
        """The voicemails, the newest first."""
        return self._mailbox.voicemails

    @property
    def unread(self) -> int:
        """How many are unread."""
        return self._mailbox.unread

    def get(self, voicemail_id: str) -> Voicemail | None:
        """Return a voicemail that is there."""
        return self._mailbox.get(voicemail_id)

    @callback
    def async_listen_events(self, listener: VoicemailListener) -> CALLBACK_TYPE:
        """Call the listener with each voicemail that was received, and with each transcription that came later."""
        return subscribe(self._event_listeners, listener)

    @callback
    @override
    def _begin(self) -> None:
        request = partial(self._sync.request, AFTER_START)
        self._removes.append(self._owner.link.async_listen_gap(request))
        request()

    @callback
    @override
    def handle_event(self, event: Event) -> None:
        """Read what has changed in a mailbox; only the own one is subscribed to."""
        if self.is_granted and isinstance(event, MailboxEvent):
            self._sync.request(_AFTER_EVENT)

    @callback
    def report_refused_change(self, error: PermissionMissingError) -> None:
        """Report to the user what is needed to change the mailbox."""
        self._report_refused(error, EDIT_PERMISSION)

    # --- reading ---------------------------------------------------------------------------------

    @override
    async def _read(self) -> None:
        now = self._owner.client.server_time()
        client, since = self._owner.client, now - KEPT_FOR
        messages, is_full = await self._read_changes(lambda token: sync_voicemails(client, token=token, since=since))
        new = self._mailbox.take(messages, is_full=is_full)
        self._mailbox.forget_old(now)
        self._is_known = True
        # How many there are need not wait for what was said.
        self._report()
        await self._report_new(new, now)
        self._keep_known(now)
        await self._report_transcriptions(now)
        self._store.save_soon()
        self._report()
        self._sync.request(_TRANSCRIPTION_INTERVAL if self._store.known.untranscribed else _CHECK_INTERVAL)

    async def _report_new(self, new: Iterable[Voicemail], now: float) -> None:
        """Report the voicemails that were not known; of what came before the first time, none is news."""
        is_first, self._is_first_read = self._is_first_read, False
        store = self._store.known
        if store.ids is None:
            return
        unknown = []
        for voicemail in new:
            is_recovered = is_first or voicemail.at < now - _LATE
            # One that was deleted and restored is no news.
            is_known = voicemail.id in store.ids or voicemail.id in store.gone
            if not is_known and not (is_recovered and voicemail.is_read):
                unknown.append((voicemail, is_recovered))
        # Of many, what was said follows.
        is_few = len(unknown) <= _MOST_TRANSCRIBED
        for voicemail, is_recovered in unknown:
            transcribed = await self._transcribe(voicemail) if is_few else None
            # Not before: the way to the transcription may be broken off, and then it is news at the next start.
            store.ids.add(voicemail.id)
            is_awaited = transcribed is None and (voicemail.is_being_transcribed or voicemail.text is not None)
            if is_awaited:
                store.untranscribed.add(voicemail.id)
            shown = msgspec.structs.replace(transcribed or voicemail, is_being_transcribed=is_awaited)
            call_all(self._event_listeners, VoicemailKind.RECEIVED, shown, is_recovered)

    async def _report_transcriptions(self, now: float) -> None:
        """Report the transcriptions that have come of what was reported without; of many, some each time."""
        awaited, left = self._store.known.untranscribed, _MOST_TRANSCRIBED
        for voicemail_id in tuple(awaited):
            voicemail = self._mailbox.get(voicemail_id)
            if voicemail is None:
                awaited.discard(voicemail_id)
                continue
            if voicemail.text is not None:
                if left == 0:
                    continue
                left -= 1
            if (transcribed := await self._transcribe(voicemail)) is not None:
                awaited.discard(voicemail_id)
                call_all(self._event_listeners, VoicemailKind.TRANSCRIBED, transcribed, False)
            elif now > voicemail.at + TRANSCRIBED_WITHIN or not (voicemail.is_being_transcribed or voicemail.text):
                awaited.discard(voicemail_id)
                call_all(self._event_listeners, VoicemailKind.NOT_TRANSCRIBED, voicemail, False)

    async def _transcribe(self, voicemail: Voicemail, *, is_patient: bool = True) -> Voicemail | None:
        """Read what a caller said; ``None`` if that can't be had now."""
        if voicemail.text is None:
            return None
        try:
            text = await read_transcription(self._owner.client, voicemail.text, is_patient=is_patient)
        except RingCentralError:
            return None
        return self._mailbox.keep(voicemail.id, text)

    def _keep_known(self, now: float) -> None:
        known, ids = self._store.known, {one.id for one in self._mailbox.voicemails}
        gone = dict.fromkeys((known.ids or set()) - ids, now) | known.gone
        known.gone = {one: at for one, at in gone.items() if one not in ids and at > now - KEPT_FOR}
        known.was_granted, known.ids = True, ids
        self._store.save_soon()

    # --- what the user does ----------------------------------------------------------------------

    async def async_mark(self, voicemail_ids: Iterable[str], *, is_read: bool) -> None:
        """Mark voicemails as read or unread; raises :class:`RingCentralError`."""
        for voicemail_id in voicemail_ids:
            self._mailbox.take([await set_read(self._owner.client, voicemail_id, is_read=is_read)], is_full=False)
            self._report()

    async def async_delete(self, voicemail_ids: Iterable[str]) -> None:
        """Delete voicemails; raises :class:`RingCentralError`."""
        for voicemail_id in voicemail_ids:
            await delete_message(self._owner.client, voicemail_id)
            self._mailbox.remove(voicemail_id)
            self._report()

    async def async_transcribe(self, voicemail_id: str) -> Voicemail | None:
        """Return a voicemail with what was said, as far as that may be shown and can be had."""
        voicemail = self._mailbox.get(voicemail_id)
        if voicemail is None or voicemail.transcription is not None:
            return voicemail
        return await self._transcribe(voicemail, is_patient=False) or voicemail

    @override
    def diagnostics(self) -> dict[str, Any]:
        """Return the state of the mailbox, in plain types."""
        return {
            **super().diagnostics(),
            "voicemails": len(self._mailbox.voicemails),
            "unread": self._mailbox.unread,
            "untranscribed": len(self._store.known.untranscribed),
        }

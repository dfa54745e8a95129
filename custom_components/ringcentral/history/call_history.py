"""The call log beside the live calls: read at start, after interruptions and calls, and joined with what was seen."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from homeassistant.core import CALLBACK_TYPE, callback

from ..api.call_log import FEATURE, PERMISSION, CallLogRecord, sync_call_log
from ..api.errors import PayloadError, PermissionMissingError, RequestRejectedError
from ..api.models import Event, Feature
from ..api.scopes import may_have
from ..calls.missed import MissedCall
from ..const import CONF_COMPANY_LOG
from ..issues import async_report_missing_permission, async_report_new_login_needed
from ..listeners import call_all, subscribe
from ..presence.vocabulary import ENDS, Transition
from ..sync.capability import CapabilityOwner, is_granted, listen_for_new_scope, report_lost
from ..sync.synchronizer import Synchronizer
from .joining import GRACE, SETTLING, SeenCall, as_seen, as_transition, find_unseen, is_same, still_of_use
from .records import MISSED_OUTCOMES, CallLog, LoggedCall, Outcome, read_record, shown_logged_call
from .store import HistoryStore

PERMISSIONS = (PERMISSION, "ReadCallRecording")

# As far back as RingCentral's own client looks.
_FULL_SYNC = 7 * 86400.0
_MOST_CALLS = 1000

# Presence comes first; afterwards the log is read as soon as anything of it can be there.
_AFTER_START = 5.0
_AFTER_CALL = 30.0

# What has ended and is not in the log yet, or ended while nobody listened, is looked for again, so often.
_LOOK_AGAIN = 60.0
_MOST_LOOKS = 3

# What a missed call is corrected by: it was another one's, or the log says more of it.
_CORRECTIONS = frozenset(
    {Outcome.ANSWERED, Outcome.ANSWERED_ELSEWHERE, Outcome.BLOCKED, Outcome.VOICEMAIL, Outcome.BUSY}
)

# Without events, calls are missed that nobody sees.
_WITHOUT_EVENTS = 15 * 60.0
_POLL = "call log without events"


class CallHistory:
    """The calls of the login's extension, or if the user wants it of the company, as far as the log goes."""

    filters: tuple[str, ...] = ()

    def __init__(self, owner: CapabilityOwner) -> None:
        """Initialize; nothing is read before :meth:`start`."""
        self.is_granted = False
        self.is_permitted = False
        self._owner = owner
        self._store = HistoryStore(owner.hass, owner.entry.entry_id)
        self._log = CallLog(_MOST_CALLS)
        self._token: str | None = None
        self._of_company = bool(owner.entry.options.get(CONF_COMPANY_LOG))
        self._is_known = False
        self._looks = 0
        self._is_after_gap = False
        self._awaited: list[SeenCall] = []
        self._listeners: list[CALLBACK_TYPE] = []
        self._removes: list[CALLBACK_TYPE] = []
        self._sync = Synchronizer(
            "call log",
            self._read,
            timers=owner.timers,
            refused=self._refuse,
            changed=self._report,
            start_task=owner.start_task,
        )

    @property
    def is_available(self) -> bool:
        """Whether the log is known and reading works."""
        return self.is_granted and self._is_known and self._sync.is_ok

    @property
    def is_pending(self) -> bool:
        """Whether the first read is still to come."""
        return self.is_granted and not self._is_known and self._sync.is_ok

    @property
    def calls(self) -> Sequence[LoggedCall]:
        """The calls of the log that may be shown, the newest first."""
        return self._log.calls

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the log has changed, or whether it can be read."""
        return subscribe(self._listeners, listener)

    # --- life ------------------------------------------------------------------------------------

    @property
    def unreadable(self) -> list[str]:
        """The names of the files that can't be read."""
        return self._store.unreadable

    async def async_prepare(self, features: Mapping[str, Feature]) -> None:
        """Learn whether the log may be read, and load up to when it is known."""
        owner = self._owner
        # Before it is granted: a set-up that is broken off here saves nothing over the file.
        await self._store.async_load()
        await self._store.async_hide(owner.privacy)
        self.is_permitted = may_have(owner.client.auth.token, PERMISSIONS)
        is_watched = owner.login_id in owner.extensions or self._of_company
        self.is_granted = is_watched and is_granted(owner, features, PERMISSIONS, FEATURE)
        if not self.is_granted and is_watched and self._store.known.was_granted:
            self.report_not_granted()

    @callback
    def start(self) -> None:
        """Begin to synchronize; presence is read before."""
        owner = self._owner
        self._removes.append(listen_for_new_scope(owner, self, PERMISSIONS, self._reload))
        if not self.is_granted:
            return
        self._removes += [
            owner.stream.async_listen(self._handle_transition),
            owner.link.async_listen(self._handle_link),
            owner.link.async_listen_gap(self._handle_gap),
        ]
        self._handle_gap()
        self._handle_link()

    async def async_stop(self) -> None:
        """Keep what was seen."""
        self._sync.stop()
        while self._removes:
            self._removes.pop()()
        if self.is_granted:
            await self._store.async_save()

    @callback
    def retry(self) -> None:
        """Read again if that ended with a refused login, because the login works."""
        self._sync.retry()

    @callback
    def handle_event(self, event: Event) -> None:
        """Do nothing: the log has no events."""

    @callback
    def report_not_granted(self) -> None:
        """Report to the user what is needed to read the log."""
        async_report_new_login_needed(self._owner.hass, self._owner.entry, PERMISSION)

    @callback
    def _reload(self) -> None:
        self._owner.hass.config_entries.async_schedule_reload(self._owner.entry.entry_id)

    # --- when to read ----------------------------------------------------------------------------

    @callback
    def _handle_transition(self, transition: Transition) -> None:
        """Remember what ended, and look for it in the log once that has settled."""
        if (
            transition.kind not in ENDS
            or transition.outcome is not None
            or not self.has_log_of(transition.extension_id)
        ):
            return
        seen = SeenCall(
            extension_id=transition.extension_id,
            at=transition.at,
            sessions=transition.call.sessions,
            number=transition.call.caller_number,
        )
        if not transition.call.is_outbound:
            self._store.known.seen.append(seen)
            self._store.save_soon()
        self._awaited.append(seen)
        self._looks = 0
        self._sync.request(_AFTER_CALL)

    def has_log_of(self, extension_id: str) -> bool:
        """Return whether the log has the calls of an extension."""
        return self.is_granted and (self._of_company or extension_id == self._owner.login_id)

    @callback
    def _handle_gap(self) -> None:
        """Look for what nobody saw, and a few times again: records come late."""
        self._looks = 0
        self._is_after_gap = True
        self._sync.request(_AFTER_START)

    @callback
    def _handle_link(self) -> None:
        owner = self._owner
        if not owner.link.is_connected and not owner.timers.is_set(_POLL):
            owner.timers.set(_POLL, _WITHOUT_EVENTS, self._poll)

    @callback
    def _poll(self) -> None:
        if not self._owner.link.is_connected:
            self._sync.request(0.0)
            self._handle_link()

    # --- reading ---------------------------------------------------------------------------------

    async def _read(self) -> None:
        now = self._owner.client.server_time()
        try:
            records, is_full = await self._synchronize(now)
        except PermissionMissingError as error:
            if not self._of_company:
                raise
            # The own calls may be read all the same.
            async_report_missing_permission(self._owner.hass, self._owner.entry, error, "company_call_log")
            self._of_company, self._token = False, None
            records, is_full = await self._synchronize(now)
        updated = self._take(records, is_full=is_full)
        self._is_known = True
        self._correct(updated)
        is_open = self._join(now)
        known = self._store.known
        known.was_granted, known.until, known.seen = True, now, still_of_use(known.seen, now)
        self._store.save_soon()
        self._look_again(now, is_open=is_open)
        self._report()

    async def _synchronize(self, now: float) -> tuple[Sequence[CallLogRecord], bool]:
        """Read what has changed, or after any refusal of that everything (as RingCentral's own client does).

        Return the records, and whether they are all that there are.
        """
        client, since = self._owner.client, now - _FULL_SYNC
        if self._token is not None:
            try:
                synced = await sync_call_log(client, token=self._token, since=since, of_account=self._of_company)
            except RequestRejectedError, PayloadError:
                self._token = None
            else:
                self._token = synced.token
                return synced.records, False
        synced = await sync_call_log(client, since=since, of_account=self._of_company)
        self._token = synced.token
        return synced.records, True

    def _take(self, records: Iterable[CallLogRecord], *, is_full: bool) -> list[LoggedCall]:
        """Take records over as they may be shown; return the calls that are new or have changed."""
        owner = self._owner
        numbers = {one.number: one.id for one in owner.extensions.values() if one.number is not None}
        found, gone = [], []
        for record in records:
            call = read_record(record, owner.login_id, numbers)
            if call is None or call.extension_id not in owner.extensions:
                gone.append(record.id)
                continue
            found.append(shown_logged_call(call, owner.privacy))
        if is_full:
            self._log.replace(found)
        else:
            self._log.update(found, gone)
        ids = {call.id for call in found}
        return [call for call in self._log.calls if call.id in ids]

    # --- joining ---------------------------------------------------------------------------------

    def _correct(self, updated: Iterable[LoggedCall]) -> None:
        """Let missed calls say how they ended, and take back those that somebody else answered."""
        for call in updated:
            if call.direction != "inbound" or call.outcome not in _CORRECTIONS:
                continue

            def is_meant(missed: MissedCall, call: LoggedCall = call) -> bool:
                seen = SeenCall(
                    extension_id=call.extension_id, at=missed.at, sessions=missed.sessions, number=missed.number
                )
                return is_same(seen, call)

            outcome = str(call.outcome) if call.outcome in MISSED_OUTCOMES else None
            self._owner.missed_calls.correct(call.extension_id, is_meant, outcome)

    def _join(self, now: float) -> bool:
        """Report the missed calls that nobody saw since the last time; return whether others may follow.

        At the first time ever, nothing is reported: that was before Home Assistant.
        """
        known = self._store.known
        if known.until is None:
            known.seen += [as_seen(call) for call in self._log.calls]
            return False
        # The clock may have been wrong then.
        unseen = find_unseen(self._log.calls, known.seen, min(known.until, now) - GRACE, now)
        for call in unseen.calls:
            known.seen.append(as_seen(call))
            self._owner.stream.report([as_transition(call)])
        return unseen.is_open

    def _look_again(self, now: float, *, is_open: bool) -> None:
        """Read again soon if the log has not settled, lacks what has ended, or may lack what nobody saw."""
        calls = [call for call in self._log.calls if call.ended_at > now - GRACE]
        settled = [call for call in calls if call.outcome is not Outcome.IN_PROGRESS]
        self._awaited = [seen for seen in self._awaited if not any(is_same(seen, call) for call in settled)]
        self._looks += 1
        if is_open:
            self._sync.request(SETTLING)
        elif (self._awaited or self._is_after_gap) and self._looks < _MOST_LOOKS:
            self._sync.request(_LOOK_AGAIN)
        else:
            self._awaited, self._is_after_gap = [], False

    # --- what comes of it ------------------------------------------------------------------------

    @callback
    def _refuse(self, error: PermissionMissingError) -> None:
        self.is_granted = False
        if self._store.known.was_granted:
            report_lost(self._owner, error, PERMISSION)
        self._report()

    @callback
    def _report(self) -> None:
        if not self._sync.is_stopped:
            call_all(self._listeners)

    def diagnostics(self) -> dict[str, Any]:
        """Return the state of the log, in plain types."""
        return {
            "granted": self.is_granted,
            "ok": self._sync.is_ok,
            "reads": self._sync.count,
            "of_company": self._of_company,
            "calls": len(self._log.calls) if self.is_granted else 0,
            "outcomes": dict(Counter(str(call.outcome) for call in self._log.calls)),
        }

"""The call log beside the live calls: read at start, after interruptions and calls, and joined with what was seen."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, override

from homeassistant.core import callback

from ..api.account import Feature
from ..api.call_log import FEATURE, PERMISSION, CallLogRecord, sync_call_log
from ..api.errors import PermissionMissingError
from ..calls.missed import MissedCall
from ..const import CONF_COMPANY_LOG
from ..issues import async_report_missing_permission
from ..presence.vocabulary import ENDS, Transition
from ..sync.capability import CapabilityOwner
from ..sync.synced_capability import AFTER_START, SyncedCapability
from .joining import GRACE, SETTLING, SeenCall, as_seen, as_transition, find_unseen, is_same, still_of_use
from .records import MISSED_OUTCOMES, CallLog, LoggedCall, Outcome, read_record, shown_logged_call
from .store import HistoryStore, Known

PERMISSIONS = (PERMISSION, "ReadCallRecording")

# As far back as RingCentral's own client looks.
_FULL_SYNC = 7 * 86400.0
_MOST_CALLS = 1000

# After a call, the log is read as soon as anything of it can be there.
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


class CallHistory(SyncedCapability[Known]):
    """The calls of the login's extension, or if the user has chosen that of the company, as far as the log goes."""

    _name = "call log"
    _permissions = PERMISSIONS
    _feature = FEATURE

    def __init__(self, owner: CapabilityOwner) -> None:
        """Initialize for a login."""
        super().__init__(owner, HistoryStore(owner.hass, owner.entry.entry_id))
        self._log = CallLog(_MOST_CALLS)
        self._of_company = bool(owner.entry.options.get(CONF_COMPANY_LOG))
        self._looks = 0
        self._is_after_gap = False
        self._awaited: list[SeenCall] = []

    @property
    def calls(self) -> Sequence[LoggedCall]:
        """The calls of the log that may be shown, the newest first."""
        return self._log.calls

    @property
    @override
    def _is_watched(self) -> bool:
        return self._of_company or super()._is_watched

    @override
    async def async_prepare(self, features: Mapping[str, Feature]) -> None:
        """Learn whether the log may be read, and load up to when it is known."""
        await super().async_prepare(features)
        if self._store.known.hide(self._owner.privacy):
            await self._store.async_save()

    @callback
    @override
    def _begin(self) -> None:
        self._removes += [
            self._owner.stream.async_listen(self._handle_transition),
            self._owner.link.async_listen(self._handle_link),
            self._owner.link.async_listen_gap(self._handle_gap),
        ]
        self._handle_gap()
        self._handle_link()

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
        self._sync.request(AFTER_START)

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

    @override
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
        """Return the records that have changed or all there are, and whether those are all."""
        client, since, of_account = self._owner.client, now - _FULL_SYNC, self._of_company
        return await self._read_changes(
            lambda token: sync_call_log(client, token=token, since=since, of_account=of_account)
        )

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

    @override
    def diagnostics(self) -> dict[str, Any]:
        """Return the state of the log, in plain types."""
        return {
            **super().diagnostics(),
            "of_company": self._of_company,
            "calls": len(self._log.calls) if self.is_granted else 0,
            "outcomes": dict(Counter(str(call.outcome) for call in self._log.calls)),
        }

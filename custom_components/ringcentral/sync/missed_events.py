"""Whether reads find changes that no event has brought: a link that looks sound may be deaf."""

from collections.abc import Callable
from functools import partial

from ..presence.order import SNAPSHOT_LAG
from ..presence.record import Record
from ..presence.vocabulary import ExtensionState
from .timers import Timers

# What events bring in each form that was captured since 2016, beside the calls.
_PROOF_FIELDS = ("presence_status", "user_status", "dnd_status")

# An event that arrived this many seconds before the read may have left open what the read decided.
_EXPLAINS = 15.0


class MissedEvents:
    """Watches what reads change while events come."""

    def __init__(self, timers: Timers, record_of: Callable[[str], Record | None], report: Callable[[], None]) -> None:
        """Initialize; ``report`` is called when a change was found that no event has brought."""
        self._timers = timers
        self._record_of = record_of
        self._report = report

    def handle_read(self, before: Record, after: Record, *, connected_at: float) -> None:
        """Compare what was known of an extension with what a read said; events come since ``connected_at``."""
        extension_id, read_at = after.extension_id, after.read_at.monotonic
        is_first = before.read_at.monotonic < connected_at
        if is_first or not _differ(before.states[-1], after.states[-1]) or _had_event(after, read_at - _EXPLAINS):
            return
        # An event may be on its way still.
        self._timers.set(f"missed {extension_id}", SNAPSHOT_LAG, partial(self._check, extension_id, read_at))

    def _check(self, extension_id: str, read_at: float) -> None:
        record = self._record_of(extension_id)
        if record is not None and not _had_event(record, read_at - _EXPLAINS):
            self._report()


def _differ(before: ExtensionState, after: ExtensionState) -> bool:
    """Return whether events should have brought a change; of whoever hides their presence they bring nothing."""
    if after.allow_see_my_presence is False or before.allow_see_my_presence is False:
        return False
    live = [{(call.call_id, call.state) for call in state.live_calls} for state in (before, after)]
    return live[0] != live[1] or any(getattr(before, name) != getattr(after, name) for name in _PROOF_FIELDS)


def _had_event(record: Record, since: float) -> bool:
    return any(not seen.is_snapshot and seen.since >= since for seen in record.log)

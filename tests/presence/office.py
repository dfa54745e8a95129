"""Drives the rules as the coordinator does, on a clock of its own."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from custom_components.ringcentral.api.models import Presence, PresenceBody, PresenceEvent, parse_timestamp
from custom_components.ringcentral.presence.calls import AnsweredSessions, Transition
from custom_components.ringcentral.presence.legs import Source
from custom_components.ringcentral.presence.ordering import Moment
from custom_components.ringcentral.presence.state import (
    ExtensionRecord,
    ExtensionState,
    Outcome,
    apply_deadline,
    apply_event,
    apply_snapshot,
    finish_replay,
)
from tests.samples import payload

SERVER_START = 1_750_000_000.0


def as_event(envelope: dict[str, Any]) -> PresenceEvent:
    """Return the envelope of a notification as the client would."""
    body = msgspec.convert(envelope["body"], PresenceBody)
    sent = parse_timestamp(envelope.get("timestamp"))
    return PresenceEvent(
        uuid=envelope.get("uuid"),
        event=envelope.get("event", ""),
        extension_id=str(body.extension_id),
        sent_at=sent.timestamp() if sent else None,
        sequence=body.sequence,
        detailed="detailedTelephonyState=true" in envelope.get("event", ""),
        body=body,
    )


def load_flow(name: str) -> list[PresenceEvent]:
    return [as_event(envelope) for envelope in payload(name)]


def event(
    sequence: int | None,
    *,
    at: float = 0.0,
    extension_id: str = "101",
    uuid: str | None = None,
    detailed: bool = True,
    **body: Any,
) -> PresenceEvent:
    """Return an event that was sent ``at`` seconds after the start of the story; ``body`` has the wire's names."""
    return PresenceEvent(
        uuid=uuid or f"{sequence}-{at}",
        event="/restapi/v1.0/account/1/extension/101/presence",
        extension_id=extension_id,
        sent_at=SERVER_START + at,
        sequence=sequence,
        detailed=detailed,
        body=msgspec.convert({"extensionId": extension_id, "sequence": sequence, **body}, PresenceBody),
    )


def leg(status: str, session: str = "s1", *, direction: str = "Inbound", **more: Any) -> dict[str, Any]:
    """Return an active call as on the wire; ``from_`` stands for ``from``."""
    if "from_" in more:
        more["from"] = more.pop("from_")
    if status == "NoCall":
        more.setdefault("terminationType", "final")
    return {
        "sessionId": session,
        "direction": direction,
        "telephonyStatus": status,
        **{k: v for k, v in more.items() if v is not None},
    }


class Office:
    """Extensions followed by the rules; time passes only by ``wait``."""

    def __init__(self) -> None:
        self.records: dict[str, ExtensionRecord] = {}
        self.answered = AnsweredSessions()
        self.transitions: list[Transition] = []
        self.silences: list[tuple[Transition, ...]] = []
        self.reads: list[tuple[str, float]] = []
        self.now = 1000.0

    @property
    def moment(self) -> Moment:
        return Moment(self.now, SERVER_START + self.now - 1000.0)

    @property
    def silent(self) -> list[Transition]:
        return [transition for silence in self.silences for transition in silence]

    def record(self, extension_id: str) -> ExtensionRecord:
        return self.records.setdefault(extension_id, ExtensionRecord(extension_id=extension_id))

    def state(self, extension_id: str = "101") -> ExtensionState:
        return self.record(extension_id).state

    def kinds(self, extension_id: str | None = None) -> list[str]:
        return [str(t.kind) for t in self.transitions if extension_id in (None, t.extension_id)]

    def apply(self, *events: PresenceEvent, source: Source = Source.LIVE) -> None:
        for one in events:
            self._take(apply_event(self.record(one.extension_id), one, self.moment, source))

    def play(self, events: Sequence[PresenceEvent]) -> None:
        """Apply events at the times at which they were sent, and let all waits pass afterwards."""
        for one in events:
            assert one.sent_at is not None
            if one.sent_at > self.moment.server:
                self.wait(one.sent_at - self.moment.server)
            self.apply(one)
        self.wait(10)

    def replay(self, events: Iterable[PresenceEvent]) -> None:
        """Apply the buffered events of a recovery as one batch."""
        touched: dict[str, None] = {}
        for one in events:
            self.apply(one, source=Source.REPLAY)
            touched[one.extension_id] = None
        for extension_id in touched:
            self._take(finish_replay(self.record(extension_id), self.moment))

    def snapshot(self, extension_id: str = "101", *, requested: float = 0.0, **fields: Any) -> None:
        """Apply a REST reply to a request that was sent ``requested`` seconds ago."""
        presence = msgspec.convert(fields, Presence)
        self._take(apply_snapshot(self.record(extension_id), presence, self.now - requested, self.moment))

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while True:
            due = min((r.due for r in self.records.values() if r.due is not None), default=None)
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            for record in list(self.records.values()):
                self._take(apply_deadline(record, self.moment, self.answered))
        self.now = end

    def _take(self, outcome: Outcome) -> None:
        record = outcome.record
        self.records[record.extension_id] = record
        self.transitions.extend(outcome.transitions)
        if outcome.silent:
            self.silences.append(outcome.silent)
        for call in outcome.answered:
            self.answered.add(record.extension_id, call)
        if outcome.read_after is not None:
            self.reads.append((record.extension_id, self.now + outcome.read_after))
        if record.due is not None and record.due <= self.now:
            self._take(apply_deadline(record, self.moment, self.answered))

"""The product's office on a clock of its own: what the coordinator does with it, without Home Assistant."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
import json
from typing import Any

import msgspec

from custom_components.ringcentral.api.models import Presence, parse_timestamp
from custom_components.ringcentral.api.presence_payload import read_presence
from custom_components.ringcentral.presence.office import Office as Product
from custom_components.ringcentral.presence.order import Moment
from custom_components.ringcentral.presence.record import Outcome, Record
from custom_components.ringcentral.presence.vocabulary import ExtensionState, Transition
from tests.samples import payload

SERVER_START = 1_750_000_000.0

type Envelope = dict[str, Any]


def load_flow(name: str) -> list[Envelope]:
    return [dict(envelope) for envelope in payload(name)]


def sent_at(envelope: Envelope) -> float:
    sent = parse_timestamp(envelope["timestamp"])
    assert sent is not None
    return sent.timestamp()


def extension_of(envelope: Envelope) -> str:
    return str(envelope["body"]["extensionId"])


def sent(envelope: Envelope, at: float) -> Envelope:
    """Return an event as if it had been sent at that time of the server."""
    return {**envelope, "timestamp": datetime.fromtimestamp(at, UTC).isoformat()}


def event(
    sequence: int | None,
    *,
    at: float = 0.0,
    extension_id: str = "101",
    uuid: str | None = None,
    detailed: bool = True,
    **body: Any,
) -> Envelope:
    """Return an event that was sent ``at`` seconds after the start of the story; ``body`` has the wire's names."""
    query = "?detailedTelephonyState=true&sipData=true" if detailed else ""
    envelope = {
        "uuid": uuid or f"{extension_id}-{sequence}-{at}",
        "event": f"/restapi/v1.0/account/1/extension/{extension_id}/presence{query}",
        "body": {"extensionId": extension_id, "sequence": sequence, **body},
    }
    return sent(envelope, SERVER_START + at)


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

    def __init__(self, *extension_ids: str, hold_back: float = 0.0, begins_at: float = SERVER_START) -> None:
        self.product = Product()
        self.begins_at = begins_at
        self.product.hold_back.seconds = hold_back
        self.transitions: list[Transition] = []
        self.stops: list[tuple[Transition, ...]] = []
        self.retracted: list[str] = []
        self.reads: list[tuple[str, float]] = []
        self.now = 1000.0
        for extension_id in extension_ids or ("101", "102", "103"):
            self.product.follow(extension_id)

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.begins_at + self.now - 1000.0)

    @property
    def stopped(self) -> list[Transition]:
        return [transition for stop in self.stops for transition in stop]

    def record(self, extension_id: str = "101") -> Record:
        record = self.product.record(extension_id)
        assert record is not None
        return record

    def state(self, extension_id: str = "101") -> ExtensionState:
        state = self.product.state(extension_id)
        assert state is not None
        return state

    def kinds(self, extension_id: str | None = None) -> list[str]:
        return [str(t.kind) for t in self.transitions if extension_id in (None, t.extension_id)]

    def apply(self, *envelopes: Envelope) -> None:
        """Apply events, none before it was sent."""
        for one in envelopes:
            self._follow(one)
            if sent_at(one) > self.moment.server:
                self.wait(sent_at(one) - self.moment.server)
            self._do(self.product.take(json.dumps(one).encode(), self.moment))

    def play(self, envelopes: Sequence[Envelope]) -> None:
        """Apply events, and let all waits pass afterwards."""
        self.apply(*envelopes)
        self.wait(15)

    def replay(self, envelopes: Sequence[Envelope]) -> None:
        """Apply the buffered events of a recovery as one batch."""
        for one in envelopes:
            self._follow(one)
        self._do(self.product.replay([json.dumps(one).encode() for one in envelopes], self.moment))

    def snapshot(self, extension_id: str = "101", *, requested: float = 0.0, **fields: Any) -> None:
        """Apply a REST reply to a request that was sent ``requested`` seconds ago."""
        presence = read_presence(json.dumps(fields).encode())
        self._do(self.product.snapshot(extension_id, presence, self.now - requested, self.moment))

    def confirm(self, extension_id: str = "101", **fields: Any) -> None:
        """Apply what RingCentral confirmed to have set."""
        self._do(self.product.confirm(extension_id, msgspec.convert(fields, Presence), self.moment))

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while (due := self._due()) is not None and due <= end:
            self.now = max(self.now, due)
            self._do(self.product.release(self.moment))
            for extension_id in self.product.extension_ids:
                self._do(self.product.settle(extension_id, self.moment))
            left = self._due()
            assert left is None or left > self.now, "a deadline that is over has to go, or a timer would spin"
        self.now = end

    def _due(self) -> float | None:
        dues = [self.record(extension_id).due for extension_id in self.product.extension_ids]
        return min((due for due in (*dues, self.product.hold_back.due) if due is not None), default=None)

    def _follow(self, envelope: Envelope) -> None:
        if extension_of(envelope) not in self.product:
            self.product.follow(extension_of(envelope))

    def _do(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.transitions.extend(outcome.transitions)
            self.retracted.extend(call.call_id for call in outcome.retracted)
            if outcome.stopped:
                self.stops.append(outcome.stopped)
            if outcome.read_after is not None:
                self.reads.append((outcome.record.extension_id, self.now + outcome.read_after))


def ring(office: Office, status: str, sequence: int, *, at: float | None = None, extension_id: str = "101", **more):
    """Send an event whose list holds one call in that status."""
    sent = office.now - 1000.0 if at is None else at
    office.apply(
        event(sequence, at=sent, extension_id=extension_id, activeCalls=[leg(status, **more)], totalActiveCalls=1)
    )

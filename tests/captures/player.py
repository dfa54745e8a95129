"""Plays a capture through the product's pipeline, on the clocks of the capture, and says what comes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
import json
from pathlib import Path
from typing import Any

import msgspec

from custom_components.ringcentral.api.models import PartialPresence, Presence
from custom_components.ringcentral.presence.office import Office
from custom_components.ringcentral.presence.order import Moment
from custom_components.ringcentral.presence.record import Outcome
from custom_components.ringcentral.presence.vocabulary import ExtensionState, Transition

VERSION = 1

# After the last entry, until every verdict.
REST = 15.0

type Document = dict[str, Any]


class CaptureError(Exception):
    """A file holds nothing that can be replayed; the message says why, and what to ask for."""


@dataclass(slots=True)
class Step:
    """What arrived at a moment for an extension, what is shown then, what was reported, and which reads were asked for.

    ``server`` is the server's time in Unix seconds; of a payload that concerns nobody there is no ``extension``.
    """

    server: float
    extension: str | None
    arrived: str
    shown: Document = field(default_factory=dict)
    reported: list[Document] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)


def load(path: Path) -> Document:
    """Return the capture in a file: in diagnostics as Home Assistant has them, or in a test of this folder."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CaptureError(f"{path} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise CaptureError(f"{path} is no JSON file. Diagnostics are attached as they were downloaded.") from error
    domain = _get(_get(document, "integration_manifest"), "domain")
    if domain not in (None, "ringcentral"):
        raise CaptureError(f"{path} has the diagnostics of {domain}, not of this integration.")
    data = _get(document, "data") or document
    capture = _get(data, "capture")
    if capture is None:
        if _get(data, "options") is not None:
            raise CaptureError(f"{path} has diagnostics of an entry that did not run. Ask for them while it does.")
        raise CaptureError(f"{path} has no capture. Ask for the diagnostics of the integration or of a device.")
    if _get(capture, "version") != VERSION:
        raise CaptureError(
            f"{path} has a capture of version {_get(capture, 'version')}, and version {VERSION} can be replayed here. "
            "Check out the version of the integration that it is from."
        )
    if not _get(capture, "entries"):
        raise CaptureError(f"{path} has a capture of nothing: no notification had come.")
    return capture


def _get(document: Any, name: str) -> Any:
    return document.get(name) if isinstance(document, dict) else None


def play(capture: Document) -> list[Step]:
    """Return step by step what comes of a capture."""
    try:
        return list(_Player(capture).steps())
    except (KeyError, TypeError, AttributeError, msgspec.ValidationError) as error:
        raise CaptureError(f"The capture was changed, or is not whole: {error!r}") from error


class _Player:
    """The coordinator's part: the clocks, the timers, and the order of things."""

    def __init__(self, capture: Document) -> None:
        self.office = Office()
        self.office.hold_back.seconds = capture["hold_back"]
        self.entries = capture["entries"]
        self.now = moment_of(self.entries[0])
        numbers = {}
        for one in capture["extensions"]:
            self.office.follow(one["id"], is_readable=one["is_readable"])
            if one["number"] is not None:
                numbers[one["number"]] = one["id"]
        self.office.know_numbers(numbers)

    def steps(self) -> Iterator[Step]:
        for entry, following in pairwise([*self.entries, None]):
            self.now = moment_of(entry)
            yield from self.take(entry)
            until = self.now.monotonic + REST if following is None else moment_of(following).monotonic
            yield from self.pass_time(until)

    def take(self, entry: Document) -> Iterator[Step]:
        if "presence" in entry:
            yield from self.read(entry)
        elif entry["is_replay"]:
            payloads = [as_bytes(one) for one in entry["notifications"]]
            yield from self.explain(f"replay of {len(payloads)}", self.office.replay(payloads, self.now))
        else:
            for one in entry["notifications"]:
                yield from self.notify(one)

    def read(self, entry: Document) -> Iterator[Step]:
        fields, requested_at = entry["presence"], entry["requested_at"]
        presence = msgspec.convert(fields, PartialPresence if "unreadable" in fields else Presence)
        described = describe_fields(fields)
        if requested_at is None:
            outcomes = self.office.confirm(entry["extension_id"], presence, self.now)
            yield from self.explain(f"confirmed: {described}", outcomes)
        else:
            outcomes = self.office.snapshot(entry["extension_id"], presence, requested_at, self.now)
            yield from self.explain(f"read: {described}", outcomes)

    def notify(self, notification: Document) -> Iterator[Step]:
        before = self.office.counters.copy()
        outcomes = self.office.take(as_bytes(notification), self.now)
        counted = {name for name in (self.office.counters - before) if not name.startswith("unreadable")}
        arrived = describe_payload(notification)
        if why := counted & {"malformed", "foreign", "duplicate"}:
            arrived = f"{arrived} ({', '.join(sorted(why))})"
        elif outcomes and all(outcome.was_late for outcome in outcomes):
            arrived = f"{arrived} (late)"
        elif not outcomes:
            arrived = f"{arrived} ({'waits' if self.office.hold_back.due is not None else 'of no use'})"
        yield from self.explain(arrived, outcomes)

    def pass_time(self, until: float) -> Iterator[Step]:
        """Do what comes due before the next entry."""
        while (due := self.due()) is not None and due <= until:
            later = max(0.0, due - self.now.monotonic)
            self.now = Moment(self.now.monotonic + later, self.now.server + later)
            released = list(self.office.release(self.now))
            if released:
                yield from self.explain("after its wait", released)
            settled = [one for id_ in self.office.extension_ids for one in self.office.settle(id_, self.now)]
            if settled:
                yield from self.explain("time passed", settled)

    def due(self) -> float | None:
        dues = [record.due for id_ in self.office.extension_ids if (record := self.office.record(id_)) is not None]
        return min((due for due in (*dues, self.office.hold_back.due) if due is not None), default=None)

    def explain(self, arrived: str, outcomes: list[Outcome]) -> Iterator[Step]:
        """Return a step for each extension concerned."""
        steps: dict[str, Step] = {}
        for outcome in outcomes:
            id_ = outcome.record.extension_id
            step = steps.setdefault(id_, Step(self.now.server, id_, arrived))
            step.shown = describe_state(outcome.record.state)
            step.reported += map(describe_transition, outcome.transitions)
            step.reported += [{"kind": "not missed", "call": call.call_id} for call in outcome.retracted]
            step.reads += [outcome.read_after] if outcome.read_after is not None else []
        if self.office.must_read_all or self.office.must_read_lists:
            arrived += ", all is read" if self.office.must_read_all else ", the lists are read"
            self.office.must_read_all = self.office.must_read_lists = False
            for step in steps.values():
                step.arrived = arrived
        yield from steps.values() or [Step(self.now.server, None, arrived)]


def moment_of(entry: Document) -> Moment:
    return Moment(entry["monotonic"], entry["server"])


def as_bytes(notification: Document) -> bytes:
    if "malformed" in notification:
        return b"?"
    payload = notification["payload"]
    try:
        return json.dumps(payload, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # Half a character can only be escaped.
        return json.dumps(payload).encode()


# --- in words ----------------------------------------------------------------------------------------


def describe_payload(notification: Document) -> str:
    if "malformed" in notification:
        return f"{notification['malformed']} bytes"
    payload = notification["payload"]
    body = _get(payload, "body")
    return f"event: {describe_fields(body)}" if isinstance(body, dict) else "event"


def describe_fields(fields: Document) -> str:
    """Return what a payload says of calls; where it says nothing, the names of its fields."""
    words = [str(fields["telephonyStatus"])] if "telephonyStatus" in fields else []
    legs = fields.get("activeCalls")
    if isinstance(legs, list):
        words += [f"[{' '.join(describe_leg(leg))}]" for leg in legs] or ["[]"]
    return " ".join(words) or " ".join(name for name in fields if name not in ("extensionId", "sequence"))


def describe_leg(leg: Any) -> Iterator[str]:
    for name in ("direction", "telephonyStatus", "terminationType"):
        if (word := _get(leg, name)) is not None:
            yield str(word)
    caller = _get(leg, "to" if _get(leg, "direction") == "Outbound" else "from")
    if isinstance(caller, str | int):
        yield str(caller)


def describe_state(state: ExtensionState) -> Document:
    call = state.main_call
    return {
        "call_state": str(call.state) if call is not None else "idle",
        "caller": None if call is None else call.caller_name or call.caller_number,
        "calls": sorted(f"{one.call_id} {one.state}" for one in state.live_calls),
        "is_ringing": state.is_ringing,
        "presence": state.presence_status,
        "dnd": state.effective_dnd,
    }


def describe_transition(transition: Transition) -> Document:
    call = transition.call
    return {
        "kind": str(transition.kind),
        "call": call.call_id,
        "caller": call.caller_name or call.caller_number,
        "is_recovered": transition.is_recovered,
        "answered": transition.answered,
    }

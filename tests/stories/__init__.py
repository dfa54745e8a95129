"""Stories: what RingCentral sends, and what people must see then.

A story has ``steps`` in order:

- ``{"event": {...}, "to": "101"}``: a detailed presence event for the extension with that number. The body lacks
  ``extensionId`` and ``sequence``, which the player adds. ``age``: sent that many seconds ago. ``sequence``: another
  number, or ``None`` for none. ``raw``: the whole body as text. ``is_truth`` false: REST keeps saying what it said.
- ``{"rest": {...}, "to": "101"}``: what REST says of that extension from now on; else it is what the last event said.
- ``{"wait": seconds}``: time passes.
- ``{"check": {"101": {"ringing": "on", "caller.number": "...", "calls": 1}}}``: states of entities by key, attributes
  behind a dot; ``calls`` is the number of calls that are not over.

``expect`` has, by extension, the types of events in order, each with attributes that it must have.
"""

from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, callback

from simulator.events import Notification, compact
from simulator.timestamps import timestamp
from tests.waiting import until

type Story = dict[str, Any]


def from_files() -> dict[str, Story]:
    return {path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("*.json"))}


class Teller:
    """Plays a story to Home Assistant, through the cloud's real socket and its real REST API."""

    def __init__(self, office) -> None:
        self.office = office
        self.reported: dict[str, list[Mapping[str, Any]]] = {}
        self._sequence = office.account.next_sequence()
        self._sent = 0
        self._rest: dict[int, dict[str, Any]] = {}
        self._real_presence = office.account.presence
        office.account.presence = self._presence
        self._numbers = {
            office.find_entity(one.number, "call"): one.number for one in office.coordinator.extensions.values()
        }
        office.hass.bus.async_listen(EVENT_STATE_CHANGED, self._keep)

    @callback
    def _keep(self, event: Event[EventStateChangedData]) -> None:
        number, state = self._numbers.get(event.data["entity_id"]), event.data["new_state"]
        if number is not None and state is not None and state.attributes.get("event_type") is not None:
            self.reported.setdefault(number, []).append(state.attributes)

    def _presence(self, extension_id: int, **options: Any) -> dict[str, Any]:
        return {**self._real_presence(extension_id, **options), **self._rest.get(extension_id, {})}

    async def play(self, story: Story) -> None:
        for step in story["steps"]:
            if "event" in step or "raw" in step:
                await self._send(step)
            elif "rest" in step:
                self._rest[self._extension(step["to"])] = dict(step["rest"])
            elif "wait" in step:
                await self.office.pass_time(step["wait"], step=min(1.0, max(0.1, step["wait"] / 50)))
            else:
                await self._check(step)
        # Until every verdict.
        await self.office.pass_time(12, step=2)

    def _extension(self, number: str) -> int:
        return self.office.account.find(number).id

    async def _send(self, step: Mapping[str, Any]) -> None:
        extension_id = self._extension(step["to"])
        body = dict(step.get("event", {}))
        if "sequence" not in step:
            self._sequence += 7
        sequence = step.get("sequence", self._sequence)
        text = step.get("raw") or compact(
            {"extensionId": extension_id, **({} if sequence is None else {"sequence": sequence}), **body}
        )
        if "event" in step and step.get("is_truth", True):
            reported = {name: value for name, value in body.items() if name != "message"}
            calls = reported.get("activeCalls")
            if calls is not None or reported.get("telephonyStatus") == "NoCall":
                reported["activeCalls"] = calls or []
            self._rest[extension_id] = {**self._rest.get(extension_id, {}), **reported}
        coordinator = self.office.coordinator
        received = coordinator.office.counters["received"]
        for subscription in list(self.office.simulator.subscriptions.by_id.values()):
            if subscription.send is not None:
                self._sent += 1
                head = compact(
                    {
                        "uuid": f"story-{self._sent}",
                        "event": f"/restapi/v1.0/account/{self.office.account.id}/extension/{extension_id}/presence"
                        "?detailedTelephonyState=true&sipData=true",
                        "timestamp": timestamp(self.office.simulator.clock.time() - step.get("age", 0)),
                        "subscriptionId": subscription.id,
                    }
                )
                subscription.send(Notification(f"story-{self._sent}", f'{head[:-1]},"body":{text}}}'))
        await until(lambda: coordinator.office.counters["received"] > received)
        await self.office.settle()

    async def _check(self, step: Mapping[str, Any]) -> None:
        for number, asked_for in step["check"].items():
            shown = {name: self._shown(number, name) for name in asked_for}
            assert shown == asked_for, (number, step.get("why"))

    def _shown(self, number: str, name: str) -> Any:
        key, _, attribute = name.partition(".")
        if key == "calls":
            calls = self.office.state(number, "call_state").attributes["calls"]
            return sum(call["state"] != "ended" for call in calls)
        state = self.office.state(number, key)
        return state.attributes[attribute] if attribute else state.state

    def check_reported(self, expected: Mapping[str, Any]) -> None:
        """Check what the event entity has reported, with the attributes that it had."""
        for number, events in expected.items():
            reported = self.reported.get(number, [])
            kinds = [one["event_type"] for one in reported]
            assert kinds == [kind for kind, _ in events], kinds
            for one, (kind, attributes) in zip(reported, events, strict=True):
                assert {name: one[name] for name in attributes} == attributes, kind

"""An office's phones beside the rules alone: every event arrives, and what the rules ask to be read is read."""

import json
import random

from custom_components.ringcentral.presence.order import SNAPSHOT_LAG
from simulator.account import demo_account
from simulator.dialects import draw
from simulator.events import compact
from simulator.phones import Phones
from simulator.timestamps import timestamp
from tests.chaos import People
from tests.truth import call_state

from .office import Office


class OfficeClock:
    """The model's time is the rules' time."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def time(self) -> float:
        return self.office.moment.server

    def monotonic(self) -> float:
        return self.office.now


class Life:
    """One office, whose cloud speaks these dialects, on an orderly network."""

    def __init__(self, dialects=()) -> None:
        self.office = Office("nobody")
        self.account = demo_account(OfficeClock(self.office))
        self.account.settings.speak(dialects)
        self.phones = Phones(self.account)
        self.uuid = 0
        for extension_id in self.watched:
            self.office.product.follow(str(extension_id))
            self.read(extension_id)
        self.account.listen(self._notify)

    @property
    def watched(self) -> list[int]:
        return [one.id for one in self.account.extensions.values() if one.has_presence and one.status == "Enabled"]

    def _notify(self, notice) -> None:
        if notice.kind != "presence":
            return
        self.uuid += 1
        envelope = {
            "uuid": str(self.uuid),
            "event": f"/restapi/v1.0/account/1/extension/{notice.extension_id}/presence?detailedTelephonyState=true",
            "timestamp": timestamp(self.office.moment.server),
            "body": notice.body,
        }
        self.send(compact(envelope).encode())

    def send(self, payload: bytes) -> None:
        """Deliver a notification."""
        self.office.apply(json.loads(payload))

    def next_arrival(self) -> float | None:
        """Return when the next notification arrives that is under way."""

    def arrive(self) -> None:
        """Deliver what has arrived."""

    def seconds_to_read(self) -> float:
        """Return how long the next read takes."""
        return 0.0

    def wait(self, seconds: float) -> None:
        """Let time pass: what arrives is applied, what the rules ask for is read."""
        end = self.office.now + seconds
        while True:
            times = [at for _, at in self.office.reads]
            arrival = self.next_arrival()
            due = min([*times, *([arrival] if arrival is not None else [])], default=end)
            if due > end:
                break
            self.office.wait(max(0.0, due - self.office.now))
            self.arrive()
            # Without a set, whose order differs from run to run.
            expected = dict.fromkeys(extension_id for extension_id, at in self.office.reads if at <= self.office.now)
            self.office.reads = [(id_, at) for id_, at in self.office.reads if at > self.office.now]
            for extension_id in expected:
                self.read(int(extension_id), self.seconds_to_read())
            if due >= end:
                break
        self.office.wait(max(0.0, end - self.office.now))

    def read(self, extension_id: int, seconds: float = 0.0) -> None:
        """Read an extension; the answer holds what is true now, and arrives that many seconds later."""
        answer = self.account.presence(extension_id, detailed=True, sip=True)
        if seconds:
            self.office.wait(seconds)
            self.arrive()
        self.office.snapshot(str(extension_id), requested=seconds, **answer)

    def read_all_again(self) -> None:
        """Read everything in a while, as after every recovery."""
        self.office.reads += [(str(extension_id), self.office.now + SNAPSHOT_LAG) for extension_id in self.watched]


class ChaoticLife(Life):
    """An office whose notifications are slow, come twice, or get lost for a while; reads take their time."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.under_way: list[tuple[float, bytes]] = []
        self.gap: list[bytes] | None = None
        super().__init__(draw(seed))
        # Shuffling would make a long pause of a ringing phone's short one.
        self.people = People(self.phones, seed, may_blink=False)

    def send(self, payload: bytes) -> None:
        """Put a notification on its way, perhaps a slow one, perhaps twice."""
        for _ in range(self.random.choice([1, 1, 1, 2])):
            self.under_way.append((self.office.now + self.random.choice([0, 0, self.random.uniform(0, 3)]), payload))

    def next_arrival(self) -> float | None:
        return min((at for at, _ in self.under_way), default=None)

    def arrive(self) -> None:
        arrived = [payload for at, payload in self.under_way if at <= self.office.now]
        self.under_way = [(at, payload) for at, payload in self.under_way if at > self.office.now]
        for payload in arrived:
            if self.gap is not None:
                self.gap.append(payload)
            else:
                self.office.apply(json.loads(payload))

    def seconds_to_read(self) -> float:
        return self.random.choice([0.0, 0.3, 2.0])

    def lose_link(self) -> None:
        self.gap = []

    def recover_link(self) -> None:
        kept, self.gap = self.gap or [], None
        self.office.replay([json.loads(payload) for payload in kept])
        # A shuffled replay may not show what came first.
        self.read_all_again()

    def differences(self) -> list[str]:
        found = []
        for extension_id in self.watched:
            state = self.office.state(str(extension_id))
            truth = self.account.visible_truth(extension_id)
            shown = sorted(str(call.state) for call in state.live_calls)
            expected = sorted(call_state(leg) for leg in truth.calls)
            if shown != expected:
                found.append(f"{extension_id} calls {shown}, true {expected}")
            pairs = (
                ("presence_status", "presenceStatus"),
                ("effective_dnd", "dndStatus"),
                ("user_status", "userStatus"),
            )
            for name, wire in pairs:
                if getattr(state, name) != truth.fields[wire]:
                    found.append(f"{extension_id} {name} {getattr(state, name)}, true {truth.fields[wire]}")
        return found

"""An office's phones beside the rules alone: every event arrives, and what the rules ask to be read is read."""

import json

from custom_components.ringcentral.presence.order import SNAPSHOT_LAG
from simulator.account import demo_account
from simulator.events import compact
from simulator.phones import Phones
from simulator.timestamps import timestamp

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
        """Let time pass: what arrives is applied, what the rules want to know is read."""
        end = self.office.now + seconds
        while True:
            times = [at for _, at in self.office.reads]
            arrival = self.next_arrival()
            due = min([*times, *([arrival] if arrival is not None else [])], default=end)
            if due > end:
                break
            self.office.wait(max(0.0, due - self.office.now))
            self.arrive()
            wanted = {extension_id for extension_id, at in self.office.reads if at <= self.office.now}
            self.office.reads = [(id_, at) for id_, at in self.office.reads if at > self.office.now]
            for extension_id in wanted:
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

"""Random lives of an office, with what a capture of the product remembers of them."""

from collections.abc import Iterable
import json

from custom_components.ringcentral.api.models import Presence
from custom_components.ringcentral.presence.office import Office
from custom_components.ringcentral.presence.order import Moment
from custom_components.ringcentral.presence.record import Outcome
from custom_components.ringcentral.report.capture import Capture
from custom_components.ringcentral.sync.roster import WatchedExtension
from tests.presence.life import ChaoticLife

from .player import Document


class RecordedOffice(Office):
    """The product's office, which remembers what it gets, as the coordinator does."""

    def __init__(self) -> None:
        super().__init__()
        self.capture = Capture()

    def take(self, payload: bytes, moment: Moment) -> list[Outcome]:
        self.capture.add_notifications([payload], moment, is_replay=False)
        return super().take(payload, moment)

    def replay(self, payloads: Iterable[bytes], moment: Moment) -> list[Outcome]:
        kept = list(payloads)
        self.capture.add_notifications(kept, moment, is_replay=True)
        return super().replay(kept, moment)

    def snapshot(self, extension_id: str, presence: Presence, requested_at: float, moment: Moment) -> list[Outcome]:
        self.capture.add_read(extension_id, presence, requested_at, moment)
        return super().snapshot(extension_id, presence, requested_at, moment)


def live(seed: int, steps: int = 25) -> tuple[ChaoticLife, Document]:
    """Return a life in a random dialect, and its capture with all names and numbers."""
    office = RecordedOffice()
    life = ChaoticLife(seed)
    life.office.product = office
    for extension_id in life.watched:
        office.follow(str(extension_id))
        life.read(extension_id)
    for _ in range(steps):
        life.people.step()
        life.wait(life.random.choice([0.0, 0.1, 0.5, 2.0, 8.0]))
        if life.gap is None and life.random.random() < 0.05:
            life.lose_link()
        elif life.gap is not None and life.random.random() < 0.3:
            life.recover_link()
    life.people.finish()
    life.wait(10)
    life.recover_link()
    life.wait(30)
    extensions = [life.account.extensions[id_] for id_ in life.watched]
    watched = {
        str(one.id): WatchedExtension(id=str(one.id), number=one.number, name="", type="User") for one in extensions
    }
    return life, json.loads(json.dumps(office.capture.document(watched, 0.0)))

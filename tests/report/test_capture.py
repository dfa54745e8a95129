"""The capture: what is needed to understand what came of late, and no more."""

import json
import tracemalloc

import msgspec
import pytest

from custom_components.ringcentral.api.models import PartialPresence, Presence
from custom_components.ringcentral.presence.order import Moment
from custom_components.ringcentral.report.capture import KEPT, VERSION, Capture
from custom_components.ringcentral.sync.roster import WatchedExtension
from tests.presence.office import event, leg

IDLE = {"telephonyStatus": "NoCall", "activeCalls": []}
EXTENSIONS = {
    str(id_): WatchedExtension(id=str(id_), number=str(id_ + 100), name=f"Phone {id_}", type="User")
    for id_ in range(1, 400)
}


class Story:
    """A capture, one second after the other."""

    def __init__(self) -> None:
        self.capture = Capture()
        self.second = 0

    @property
    def moment(self) -> Moment:
        return Moment(float(self.second), 1_750_000_000.0 + self.second)

    def notify(self, *extension_ids, is_replay=False, **body):
        self.second += 1
        events = [event(self.second, at=self.second, extension_id=id_, **body) for id_ in extension_ids]
        self.bring(*(json.dumps(one).encode() for one in events), is_replay=is_replay)
        return self.second

    def bring(self, *payloads, is_replay=False):
        self.capture.add_notifications(payloads, self.moment, is_replay=is_replay)

    def read(self, extension_id, requested_at=0.5, **fields):
        self.second += 1
        presence = msgspec.convert({**IDLE, **fields}, Presence)
        self.capture.add_read(extension_id, presence, requested_at, self.moment)
        return self.second

    def document(self, extension_id=None):
        return json.loads(json.dumps(self.capture.document(EXTENSIONS, 0.1, extension_id)))

    def seconds(self, extension_id=None):
        """Return when what is kept came."""
        return [entry["monotonic"] for entry in self.document(extension_id)["entries"]]


@pytest.fixture
def story():
    return Story()


def test_what_came_is_kept_in_order_with_both_clocks(story):
    story.read("1")
    story.notify("1", telephonyStatus="Ringing")
    story.notify("1", "1", is_replay=True, telephonyStatus="NoCall")
    document = story.document()
    assert (document["version"], document["hold_back"]) == (VERSION, 0.1)
    read, ringing, replay = document["entries"]
    assert read == {
        "monotonic": 1.0,
        "server": 1_750_000_001.0,
        "extension_id": "1",
        "requested_at": 0.5,
        "presence": IDLE,
    }
    assert (ringing["monotonic"], ringing["server"], ringing["is_replay"]) == (2.0, 1_750_000_002.0, False)
    assert ringing["notifications"][0]["payload"]["body"]["telephonyStatus"] == "Ringing"
    assert replay["is_replay"] is True
    assert len(replay["notifications"]) == 2


def test_the_last_notifications_are_kept(story):
    times = [story.notify("1") for _ in range(KEPT + 5)]
    assert story.seconds() == times[5:]


def test_of_a_replay_that_is_too_long_the_end_is_kept(story):
    story.notify("1")
    story.notify(*map(str, range(1, KEPT + 50)), is_replay=True)
    (entry,) = story.document()["entries"]
    kept = [one["payload"]["body"]["extensionId"] for one in entry["notifications"]]
    assert kept == list(map(str, range(50, KEPT + 50)))


def test_what_was_read_first_and_last_before_the_notifications_is_kept(story):
    first = story.read("1")
    story.read("1", presenceStatus="Available")
    newest = story.read("1", presenceStatus="Busy")
    assert story.seconds() == [], "nothing has come yet"
    came = story.notify("1")
    assert story.seconds() == [first, newest, came]


def test_reads_between_notifications_are_kept_unless_they_say_the_same_again(story):
    before, came = story.read("1"), story.notify("1")
    ringing = [story.read("1", activeCalls=[leg("Ringing")]) for _ in range(2)]
    story.read("1")
    story.read("1")
    newest = story.read("1")
    again = story.notify("1")
    assert story.seconds() == [before, came, *ringing, newest, again]


def test_what_was_read_before_a_notification_is_kept_also_if_it_is_read_again(story):
    times = [story.read("1"), story.read("1"), story.notify("1"), story.read("1")]
    assert story.seconds() == times


def test_a_confirmed_change_is_kept(story):
    story.notify("1")
    confirmed = story.read("1", requested_at=None)
    newest = story.read("1")
    assert [(one["monotonic"], one["requested_at"]) for one in story.document()["entries"][1:]] == [
        (confirmed, None),
        (newest, 0.5),
    ]


def test_reads_of_those_who_had_no_notification_are_left_out(story):
    story.read("2", presenceStatus="Busy")
    came = story.notify("1")
    story.read("2")
    assert story.seconds() == [came]


def test_an_extensions_capture_holds_what_is_its_own(story):
    story.read("1")
    other = story.read("2")
    story.notify("1")
    mixed = story.notify("1", "2", is_replay=True)
    story.notify("1")
    assert story.seconds("2") == [other, mixed]
    assert len(story.document("2")["entries"][1]["notifications"]) == 1
    assert [one["id"] for one in story.document("2")["extensions"]] == ["2"]


def test_extensions_are_listed_if_something_came_of_them_or_if_they_were_called(story):
    story.notify("1", activeCalls=[leg("Ringing", to="105")])
    assert story.document()["extensions"] == [
        {"id": "1", "number": "101", "type": "User", "is_readable": True},
        {"id": "5", "number": "105", "type": "User", "is_readable": True},
    ]


def test_of_what_is_no_json_and_of_what_is_huge_the_size_is_kept(story):
    story.bring(b"hello", b"[" * 50_000, b'"' + b"x" * 100_000 + b'"', b'{"a": "\xff", "b": 1e999}')
    *lost, last = story.document()["entries"][0]["notifications"]
    assert lost == [{"malformed": 5}, {"malformed": 50_000}, {"malformed": 100_002}]
    assert last["payload"]["a"] == "\ufffd"


def test_what_could_not_be_read_is_named(story):
    story.notify("1")
    story.capture.add_read("1", PartialPresence(unreadable=("dndStatus",)), 0.0, story.moment)
    assert story.document()["entries"][-1]["presence"] == {"unreadable": ["dndStatus"]}


def test_nothing_is_kept_of_an_extension_that_is_no_longer_watched(story):
    story.read("1", message="On site")
    came = story.notify("1")
    story.capture.forget("1")
    assert story.seconds() == [came]


@pytest.fixture
def grown():
    """Return a function that says how many bytes more are kept than before."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    yield lambda: tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()


def test_what_is_kept_of_a_large_offices_reads_is_little(story, grown):
    presences = [msgspec.convert({**IDLE, "presenceStatus": word}, Presence) for word in ("Busy", "Available")]

    extension_ids = list(map(str, range(5000)))

    def read_all(times):
        for time in range(times):
            for extension_id in extension_ids:
                story.second += 1
                story.capture.add_read(extension_id, presences[time % 2], 0.5, story.moment)

    read_all(2)
    assert (once := grown()) < 5000 * 700
    read_all(4)
    assert grown() < 1.1 * once


def test_notifications_of_ever_other_extensions_leave_nothing_behind(story, grown):
    story.read("1")

    def come(count):
        for number in range(count):
            story.notify(f"x{number}-{story.second}")
            if number % 100 == 0:
                story.read("1")

    come(2 * KEPT)
    some = grown()
    come(5000)
    assert grown() < some + 100_000

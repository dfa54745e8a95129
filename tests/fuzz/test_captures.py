"""Whatever has come, diagnostics can be downloaded, and replayed to the same, with nobody's name in them."""

from dataclasses import asdict
import json

from custom_components.ringcentral.api.models import DndStatus, PresenceStatus
from custom_components.ringcentral.presence.order import Moment
from custom_components.ringcentral.report.capture import CAPTURE_RULE, Capture, uuids
from custom_components.ringcentral.report.pseudonyms import Pseudonyms
from custom_components.ringcentral.report.redaction import redact
from custom_components.ringcentral.sync.roster import WatchedExtension
from tests.captures.player import play

EXTENSIONS = {"400144455008": "102", "62264425016": "101", "297277020": "103"}
BATCH = 20


def test_a_capture_of_spoiled_events(inputs, mutator):
    spoiled = mutator("event-detailed", "flow-")
    watched = {id_: WatchedExtension(id=id_, number=number, name="", type="User") for id_, number in EXTENSIONS.items()}
    for _ in range(inputs // BATCH):
        capture = Capture()
        for second in range(BATCH):
            capture.add_notifications([next_json(spoiled)], Moment(second, 1_750_000_000.0 + second), is_replay=False)
        document = capture.document(watched, 0.0)
        pseudonyms = Pseudonyms(b"salt")
        pseudonyms.rank(uuids(document))
        hidden = json.dumps(redact(document, CAPTURE_RULE, pseudonyms))
        assert hidden.encode()
        before, after = play(document), play(json.loads(hidden))
        assert [outline(step) for step in after] == [outline(step) for step in before]
        for name in ("Jane Caller", "TheCat Jerry", "Tom Sawyer", "4155550123", "400144455008"):
            assert name not in hidden


def next_json(spoiled):
    """Return a spoiled event without what only Python calls JSON, since diagnostics are JSON for everybody."""
    while b"NaN" in (event := spoiled.next()) or b"Infinity" in event:
        pass
    return event


def known(word):
    """Return a documented word; any other is replaced."""
    return word if word in {*PresenceStatus, *DndStatus} else bool(word)


def outline(step):
    """Return what of a step has no names in it."""
    facts = asdict(step)
    shown = facts["shown"]
    return (
        facts["arrived"].partition(":")[0],
        shown
        and (
            shown["call_state"],
            shown["is_ringing"],
            known(shown["presence"]),
            known(shown["dnd"]),
            len(shown["calls"]),
        ),
        [(one["kind"], one.get("answered"), one.get("is_recovered")) for one in facts["reported"]],
        facts["reads"],
        facts["server"],
    )

"""The state never depends on the order of arrival: properties over random events."""

from hypothesis import given, settings, strategies as st

from .office import Envelope, Office, event, sent

NAMES = {
    "presence_status": "presenceStatus",
    "user_status": "userStatus",
    "meeting_status": "meetingStatus",
    "accept_call_queue_calls": "acceptCallQueueCalls",
}
STATUSES = ["NoCall", "Ringing", "CallConnected", "OnHold", "ParkedCall", "SomethingNew"]


@st.composite
def legs(draw: st.DrawFn) -> dict[str, object]:
    """An active call of one of a few sessions, with optional fields missing or empty now and then."""
    session = draw(st.sampled_from(["s1", "s2", "s3"]))
    optional = {
        "direction": "Inbound" if session != "s3" else "Outbound",
        "from": draw(st.sampled_from(["+14155550123", "", "101"])),
        "fromName": draw(st.sampled_from(["John Wang", "Jane", ""])),
        "to": draw(st.sampled_from(["+16505550101", ""])),
        "queueCall": draw(st.booleans()),
        "startTime": "2025-08-20T22:24:01.100Z",
        "id": f"id-{session}",
        "partyId": f"party-{session}",
        "telephonySessionId": f"t-{session}",
        "terminationType": "final",
        "callInfo": {"primary": {"type": "QueueName", "value": draw(st.sampled_from(["Support", "Sales"]))}},
    }
    kept = draw(st.sets(st.sampled_from(sorted(optional))))
    return {
        "sessionId": session,
        "telephonyStatus": draw(st.sampled_from(STATUSES)),
        **{name: value for name, value in optional.items() if name in kept},
    }


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, object]:
    """The body of an event; any field may be missing."""
    fields: dict[str, object] = {
        "telephonyStatus": draw(st.sampled_from(STATUSES)),
        "presenceStatus": draw(st.sampled_from(["Available", "Busy", "Offline"])),
        "userStatus": draw(st.sampled_from(["Available", "Busy", "Offline"])),
        "dndStatus": draw(st.sampled_from(["TakeAllCalls", "DoNotAcceptAnyCalls", "Unknown"])),
        "dndStatusPersonal": draw(st.sampled_from(["TakeAllCalls", "DoNotAcceptAnyCalls"])),
        "meetingStatus": draw(st.sampled_from(["Connected", "Disconnected"])),
        "allowSeeMyPresence": draw(st.booleans()),
        "ringOnMonitoredCall": draw(st.booleans()),
        "acceptCallQueueCalls": draw(st.booleans()),
        "activeCalls": draw(st.lists(legs(), max_size=3, unique_by=lambda leg: leg["sessionId"])),
        "totalActiveCalls": draw(st.integers(0, 5)),
    }
    kept = draw(st.sets(st.sampled_from(sorted(fields))))
    return {name: value for name, value in fields.items() if name in kept}


@st.composite
def stories(draw: st.DrawFn) -> list[Envelope]:
    """Sequenced events of one epoch, in sequence order; the sequence has gaps, and some have the same one."""
    sequence, at, story = draw(st.integers(1, 1000)), 0.0, []
    for number, body in enumerate(draw(st.lists(bodies(), min_size=1, max_size=8))):
        sequence += draw(st.sampled_from([0, 1, 1, 7, 562]))
        # What a payload leaves open is decided after ten seconds; all of it arrives earlier.
        at += draw(st.floats(0.001, 0.5))
        # Of the same sequence the time decides, before the name.
        story.append(event(sequence, at=at, uuid=f"{9999 - number}", detailed=draw(st.booleans()), **body))
    return story


def final_state(events: list[Envelope], hold_back: float = 0.0, gaps: list[float] | None = None) -> object:
    office = Office(hold_back=hold_back)
    for number, one in enumerate(events):
        office.apply(one)
        if gaps:
            office.wait(gaps[number % len(gaps)])
    office.wait(20)
    # Calls keep the id that they were reported by, which depends on what arrived first; all else does not.
    return office.record().states[-1]


@settings(max_examples=400)
@given(data=st.data(), story=stories())
def test_the_final_state_is_that_of_the_sequence_order(data: st.DataObject, story: list[Envelope]) -> None:
    arrivals = data.draw(st.permutations(story))
    duplicates = data.draw(st.lists(st.sampled_from(story), max_size=4))
    for duplicate in duplicates:
        arrivals.insert(data.draw(st.integers(0, len(arrivals))), duplicate)
    hold_back = data.draw(st.sampled_from([0.0, 0.1, 2.0]))
    gaps = data.draw(st.lists(st.floats(0, 0.5), max_size=4))
    assert final_state(arrivals, hold_back, gaps) == final_state(story)


@settings(max_examples=100)
@given(story=stories())
def test_each_field_holds_the_value_of_the_newest_event_that_has_it(story: list[Envelope]) -> None:
    state = final_state(story)
    for name, wire in NAMES.items():
        values = [value for one in story if (value := one["body"].get(wire)) is not None]
        assert getattr(state, name) == (values[-1] if values else None)


@settings(max_examples=200)
@given(data=st.data(), story=stories())
def test_every_started_call_ends_exactly_once_whatever_the_order(data: st.DataObject, story: list[Envelope]) -> None:
    quiet = event(999_999, uuid="quiet", telephonyStatus="NoCall", activeCalls=[])
    office = Office()
    for one in data.draw(st.permutations(story)):
        # Everything is fresh, so that every start is announced.
        office.apply(sent(one, office.moment.server))
        office.wait(data.draw(st.floats(0, 3)))
    office.wait(6)
    office.apply(sent(quiet, office.moment.server))
    office.wait(11)
    running: dict[str, bool] = {}
    for transition in office.transitions:
        call_id = transition.call.call_id
        if transition.kind in ("ringing", "dialing", "answered"):
            running[call_id] = True
        elif transition.kind in ("ended", "missed", "answered_elsewhere"):
            assert running.get(call_id, True), "ended twice"
            running[call_id] = False
    assert not any(running.values())

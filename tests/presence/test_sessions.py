"""What the verdict of an unanswered call knows of the other extensions' calls."""

import pytest

from custom_components.ringcentral.presence.sessions import Sessions
from custom_components.ringcentral.presence.vocabulary import Call

RANG = Call(call_id="c1", direction="inbound", session_id="s1", ringing_at=10.0, ended_at=20.0)


def leg(call_id="c2", **more):
    return Call(**{"call_id": call_id, "direction": "inbound", "session_id": "s1", **more})


@pytest.fixture
def sessions():
    return Sessions()


@pytest.mark.parametrize(
    ("answered_at", "elsewhere"),
    [
        pytest.param(None, False, id="never"),
        pytest.param(9.9, False, id="before it rang"),
        pytest.param(10.0, True, id="as it began to ring"),
        pytest.param(22.0, True, id="within the wait after its end"),
        pytest.param(22.1, False, id="later"),
    ],
)
def test_a_call_was_answered_elsewhere_if_another_leg_was_while_it_rang(sessions, answered_at, elsewhere):
    sessions.add("102", leg(answered_at=answered_at))
    assert sessions.was_answered_elsewhere("101", RANG) is elsewhere


def test_a_leg_does_not_answer_itself_but_another_of_the_same_extension_does(sessions):
    sessions.add("101", leg("c1", answered_at=15.0))
    assert not sessions.was_answered_elsewhere("101", RANG)
    sessions.add("101", leg("c2", answered_at=15.0))
    assert sessions.was_answered_elsewhere("101", RANG)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(leg(session_id="s2", answered_at=15.0), id="another session"),
        pytest.param(leg(direction="outbound", answered_at=15.0), id="the caller's own leg"),
        pytest.param(leg(session_id=None, answered_at=15.0), id="no session"),
    ],
)
def test_other_legs_answer_nothing(sessions, other):
    sessions.add("102", other)
    assert not sessions.was_answered_elsewhere("101", RANG)


def test_a_leg_is_found_by_its_telephony_session_too(sessions):
    sessions.add("102", leg(session_id=None, telephony_session_id="t1", answered_at=15.0))
    rang = Call(call_id="c1", telephony_session_id="t1", ringing_at=10.0, ended_at=20.0)
    assert sessions.was_answered_elsewhere("101", rang)


def test_a_leg_that_is_answered_later_is_answered(sessions):
    sessions.add("102", leg())
    sessions.add("102", leg(answered_at=15.0))
    assert sessions.was_answered_elsewhere("101", RANG)


class TestWhoseCallItIs:
    """A call is another extension's only where something proves it."""

    def test_the_called_number_says_whose_it_is(self, sessions):
        sessions.extensions = {"101": "id-101", "102": "id-102"}
        assert sessions.is_anothers("id-101", leg(to_number="102"))
        assert not sessions.is_anothers("id-101", leg(to_number="101"))
        assert not sessions.is_anothers("id-101", leg(to_number="+15550100001"))
        assert not sessions.is_anothers("id-101", leg())

    def test_the_called_number_counts_for_more_than_the_party(self, sessions):
        sessions.extensions = {"101": "id-101"}
        sessions.add("id-102", leg(telephony_session_id="t1", party_id="p1"))
        assert not sessions.is_anothers("id-101", leg(telephony_session_id="t1", party_id="p1", to_number="101"))

    @pytest.mark.parametrize(
        ("more", "anothers"),
        [
            ({"telephony_session_id": "t1", "party_id": "p1"}, True),
            ({"telephony_session_id": "t1", "party_id": "p2"}, False),
            ({"telephony_session_id": "t2", "party_id": "p1"}, False),
            ({"telephony_session_id": "t1"}, False),
            ({"party_id": "p1"}, False),
        ],
    )
    def test_the_very_same_party_elsewhere_says_so(self, sessions, more, anothers):
        sessions.add("102", leg(telephony_session_id="t1", party_id="p1"))
        assert sessions.is_anothers("101", leg("c1", **more)) is anothers

    def test_its_own_leg_proves_nothing(self, sessions):
        own = leg(telephony_session_id="t1", party_id="p1")
        sessions.add("101", own)
        assert not sessions.is_anothers("101", own)


def test_memory_is_bounded_and_the_oldest_session_goes_first():
    sessions = Sessions(capacity=2)
    for session in ("s1", "s2", "s1", "s3"):
        sessions.add("102", leg(f"c {session}", session_id=session, answered_at=15.0))
    found = [
        sessions.was_answered_elsewhere("101", Call(call_id="c", session_id=session, ringing_at=10.0))
        for session in ("s1", "s2", "s3")
    ]
    assert found == [True, False, True]


def test_of_one_session_only_the_newest_legs_are_remembered(sessions):
    for number in range(17):
        sessions.add(str(number), leg(f"c{number}", answered_at=15.0 if number == 0 else None))
    assert not sessions.was_answered_elsewhere("101", RANG)

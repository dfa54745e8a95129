"""The stream of what happens to calls: who gets what, when, and how much of it."""

import pytest

from custom_components.ringcentral.calls.stream import CallStream
from custom_components.ringcentral.presence.privacy import Privacy
from custom_components.ringcentral.presence.vocabulary import Call, Transition, TransitionKind


def transition(kind="ringing", extension_id="101"):
    call = Call(call_id="c", direction="inbound", from_number="+15550100001", from_name="Ann Lee")
    return Transition(extension_id=extension_id, kind=TransitionKind(kind), call=call, at=0.0)


@pytest.fixture
def privacy():
    return Privacy.SHOWN


@pytest.fixture
def stream(privacy):
    made = CallStream(privacy)
    made.start()
    return made


def kinds(reported):
    return [str(one.kind) for one in reported]


def test_everybody_gets_all_of_it_and_others_that_of_one_extension(stream):
    of_all, of_101 = [], []
    stream.async_listen(of_all.append)
    stream.async_listen(of_101.append, "101")
    stream.report([transition("ringing"), transition("dialing", "102"), transition("answered")])
    assert kinds(of_all) == ["ringing", "dialing", "answered"]
    assert kinds(of_101) == ["ringing", "answered"]


def test_who_no_longer_listens_gets_nothing(stream):
    reported, stopped = [], []
    stream.async_listen(reported.append)()
    stream.async_listen_stopped(stopped.append)()
    stream.report([transition()], [transition()])
    assert reported == stopped == []


def test_what_happens_before_the_start_waits_in_its_order(privacy):
    stream = CallStream(privacy)
    happened = []
    stream.async_listen(lambda one: happened.append(str(one.kind)))
    stream.async_listen_stopped(lambda some: happened.append(("stopped", len(some))))
    stream.report([transition("ringing")])
    stream.report([transition("ended")], [transition(), transition()])
    assert happened == []
    stream.start()
    assert happened == ["ringing", ("stopped", 2), "ended"]
    stream.start()
    assert len(happened) == 3


def test_after_a_stop_everything_waits_again(stream):
    reported = []
    stream.async_listen(reported.append)
    stream.stop()
    assert not stream.is_started
    stream.report([transition()])
    assert reported == []
    stream.start()
    assert kinds(reported) == ["ringing"]


def test_calls_that_stop_ringing_together_are_reported_together_and_before_anything_else(stream):
    happened = []
    stream.async_listen(lambda one: happened.append(str(one.kind)))
    stream.async_listen_stopped(lambda some: happened.append(kinds(some)))
    stream.report([transition("answered")], [transition("answered"), transition("ended")])
    stream.report([transition("held")])
    assert happened == [["answered", "ended"], "answered", "held"]


@pytest.mark.parametrize(
    ("privacy", "party"),
    [
        (Privacy.SHOWN, ("+15550100001", "Ann Lee")),
        (Privacy.MASKED, ("…01", "Ann Lee")),
        (Privacy.HIDDEN, (None, None)),
    ],
)
def test_nobody_gets_more_of_a_caller_than_may_be_shown(stream, party):
    reported, stopped = [], []
    stream.async_listen(reported.append)
    stream.async_listen_stopped(stopped.extend)
    stream.report([transition()], [transition()])
    assert [(one.call.from_number, one.call.from_name) for one in (*reported, *stopped)] == [party, party]


def test_a_listener_may_leave_while_it_is_called(stream):
    reported = []

    def once(one):
        reported.append(one)
        leave()

    leave = stream.async_listen(once)
    stream.async_listen(reported.append)
    stream.report([transition(), transition()])
    assert len(reported) == 3

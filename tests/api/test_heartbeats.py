"""When a heartbeat without an answer means that the link is dead."""

from custom_components.ringcentral.api.heartbeats import Heartbeats
from custom_components.ringcentral.api.verdicts import Belief, Verdicts


def test_two_sockets_in_a_row_that_died_so_end_the_trust_in_heartbeats():
    verdicts = Verdicts()
    heartbeats = Heartbeats(verdicts)
    heartbeats.died()
    assert heartbeats.must_be_answered
    heartbeats.died()
    assert not heartbeats.must_be_answered
    assert verdicts.contradictions(Belief.HEARTBEATS_ARE_ANSWERED) == 1


def test_an_answer_in_between_keeps_it():
    heartbeats = Heartbeats(Verdicts())
    heartbeats.died()
    heartbeats.answered()
    heartbeats.died()
    assert heartbeats.must_be_answered


def test_an_answer_brings_it_back():
    heartbeats = Heartbeats(Verdicts())
    for _ in range(3):
        heartbeats.died()
    heartbeats.answered()
    assert heartbeats.must_be_answered

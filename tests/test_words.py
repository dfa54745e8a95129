"""RingCentral's words as states."""

import logging

import pytest

from custom_components.ringcentral.words import DND, PRESENCE, translate, word_for


def test_a_documented_word_has_its_state():
    assert translate(PRESENCE, "Busy") == "busy"
    assert translate(DND, "TakeDepartmentCallsOnly") == "take_queue_calls_only"


def test_a_word_that_means_nothing_known_is_none_in_silence(caplog):
    assert translate(DND, None) is None
    assert translate(DND, "Unknown") is None
    assert caplog.records == []


def test_a_new_word_is_none_and_logged_once(caplog):
    caplog.set_level(logging.INFO)
    for _ in range(3):
        assert translate(PRESENCE, "Meditating") is None
    assert [record.getMessage() for record in caplog.records] == [
        "RingCentral sent a status that is not documented: Meditating"
    ]


def test_a_state_leads_back_to_its_word():
    assert word_for(DND, "take_queue_calls_only") == "TakeDepartmentCallsOnly"
    with pytest.raises(KeyError):
        word_for(PRESENCE, "asleep")

"""Pseudonyms: nobody can be recognized, and what is compared with each other compares as before."""

from collections import Counter

from hypothesis import given, strategies as st
import pytest

from custom_components.ringcentral.api.models import parse_timestamp
from custom_components.ringcentral.presence.legs import identifier, is_same_number
from custom_components.ringcentral.report.pseudonyms import Pseudonyms

NUMBERS = st.from_regex(r"(\+|00)?[1-9][0-9]{1,12}", fullmatch=True)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
SESSIONS = st.integers(10**11, 10**12 - 1)


@pytest.fixture
def pseudonyms():
    return Pseudonyms(b"salt")


@given(st.lists(NAMES, max_size=20))
def test_equal_texts_stay_equal_and_different_ones_different(names):
    pseudonyms = Pseudonyms(b"salt")
    for kind in (pseudonyms.text, pseudonyms.identifier, pseudonyms.key, pseudonyms.path):
        assert len(set(map(kind, names))) == len(set(names))
        assert list(map(kind, names)) == list(map(kind, names))


@given(NAMES)
def test_a_text_keeps_its_length_and_what_it_is_made_of(name):
    def form(text):
        kinds = ((str.isspace, " "), (str.isupper, "A"), (str.islower, "a"), (str.isdecimal, "0"))
        return [next((letter for is_kind, letter in kinds if is_kind(character)), "?") for character in text]

    shown = Pseudonyms().text(name)
    # Of scripts that others have no case, of which letters are made that have one.
    assert len(shown) >= len(name)
    if name.isascii() and len(name) > 3:
        assert form(shown)[: len(name)] == form(name)


def test_what_is_replaced_cant_be_looked_up_since_the_salt_is_random():
    assert len({Pseudonyms().text("John Wang") for _ in range(20)}) == 20
    assert len({Pseudonyms().identifier("402936341008") for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "number", ["+14155550123", "0014155550123", "4155550123", "442071234567", "101", "90002", "42"]
)
def test_a_number_keeps_its_form(pseudonyms, number):
    shown = pseudonyms.phone_number(number)
    assert shown != number
    assert len(shown) == len(number)
    assert [one for one in shown if not one.isdigit()] == [one for one in number if not one.isdigit()]
    if len(number) > 6:
        assert shown[-7:-4] == "555", "it may be committed to this repository"


@given(NUMBERS, NUMBERS, st.integers(0, 4))
def test_the_same_number_in_another_spelling_stays_the_same(one, other, cut):
    pseudonyms = Pseudonyms(b"salt")
    spellings = [one, one.lstrip("+")[cut:] or one, other, f"({one[:3]}) {one[3:6]}-{one[6:]}" if len(one) > 8 else one]
    for first in spellings:
        for second in spellings:
            shown = pseudonyms.phone_number(first), pseudonyms.phone_number(second)
            assert is_same_number(*shown) is is_same_number(first, second), (first, second, shown)


def test_a_number_in_the_place_of_a_name_stays_that_number(pseudonyms):
    assert pseudonyms.text("+14155550123") == pseudonyms.phone_number("+14155550123")
    digits = pseudonyms.phone_number("4155550123")
    assert pseudonyms.text("Ann 4155550123").endswith(digits)
    assert pseudonyms.identifier("sip:4155550123@example.com") != "sip:4155550123@example.com"


@pytest.mark.parametrize("queue", ["Sales", "Front Desk", "Süd", "24 hours"])
def test_a_queue_name_in_front_of_a_callers_stays_there(pseudonyms, queue):
    shown = pseudonyms.text(f"{queue.upper()} - Jane Caller")
    name, _, caller = shown.partition(" - ")
    assert name.casefold() == pseudonyms.text(queue).casefold()
    assert caller == pseudonyms.text("Jane Caller")


@pytest.mark.parametrize("placeholder", ["", "0", "000", "0-0", "null", "None", "unknown", "blf"])
def test_what_identifies_nothing_stays(pseudonyms, placeholder):
    assert pseudonyms.identifier(placeholder) == placeholder


@given(NAMES)
def test_an_id_becomes_no_placeholder_and_a_placeholder_no_id(text):
    assert (identifier(Pseudonyms(b"salt").identifier(text)) is None) is (identifier(text) is None)


@pytest.mark.parametrize("word", ["anonymous", "Restricted", " private "])
def test_a_withheld_number_stays_withheld(pseudonyms, word):
    assert pseudonyms.phone_number(word) == word


@given(SESSIONS, st.sampled_from([0, 1000, 2000, 3000, 4000, -1000, 5000]))
def test_the_sessions_of_a_ring_out_stay_as_far_apart(session, distance):
    pseudonyms = Pseudonyms(b"salt")
    first, second = pseudonyms.identifier(str(session)), pseudonyms.identifier(str(session + distance))
    if len(str(session + distance)) == 12:
        assert int(second) - int(first) == distance
    assert first != str(session)
    assert len(first) == 12
    assert pseudonyms.identifier(session) == int(first), "it may be a number"


def test_parties_keep_their_place_in_the_session_they_name(pseudonyms):
    session = pseudonyms.identifier("s-e1e9696d863742758a18654dcc22a2fd")
    party = pseudonyms.identifier("p-e1e9696d863742758a18654dcc22a2fd-2")
    assert session.startswith("s-")
    assert party == f"p-{session[2:]}-2"


def test_a_path_keeps_what_is_documented_and_its_ids_are_those_of_the_bodies(pseudonyms):
    path = "/restapi/v1.0/account/400144452008/extension/400144455008/presence?detailedTelephonyState=true"
    account, extension = pseudonyms.phone_number("400144452008"), pseudonyms.phone_number(400144455008)
    shown = f"/restapi/v1.0/account/{account}/extension/{extension}/presence?detailedTelephonyState=true"
    assert pseudonyms.path(path) == shown
    assert pseudonyms.path("/restapi/v1.0/account/~/extension/~/presence") == (
        "/restapi/v1.0/account/~/extension/~/presence"
    )
    assert "ann" not in pseudonyms.path("/restapi/v1.0/ann/presence?name=ann")


TIMES = ("2018-06-05T00:14:50.184Z", "2015-04-17T19:38:59.718+0000", "2026-11-02T09:00:03+00:00")


@pytest.mark.parametrize("time", [*TIMES, 1750000000000, "1750000000000"])
def test_times_stay(pseudonyms, time):
    assert pseudonyms.time(time) == time


def test_a_time_in_another_spelling_is_that_time(pseudonyms):
    assert parse_timestamp(pseudonyms.time("2018-06-05 00:14")) == parse_timestamp("2018-06-05 00:14")


@pytest.mark.parametrize("other", ["4155550123", "Ann Lee", 4155550123, "19650412", "4915201234567"])
def test_what_is_no_time_is_replaced_in_its_place(pseudonyms, other):
    assert pseudonyms.time(other) != other


@given(st.lists(st.integers(-(2**61), 2**61)))
def test_sequences_keep_their_order_and_their_distances(sequences):
    pseudonyms = Pseudonyms(b"salt")
    shown = list(map(pseudonyms.sequence, sequences))
    assert {after - before for before, after in zip(sequences, shown, strict=True)} in (
        set(),
        {pseudonyms.sequence(0)},
    )
    assert list(map(pseudonyms.sequence, map(str, sequences))) == list(map(str, shown))


def test_notifications_keep_the_order_of_their_ids(pseudonyms):
    pseudonyms.rank(["b-2", "a-17", "b-10"])
    assert pseudonyms.uuid("a-17") < pseudonyms.uuid("b-10") < pseudonyms.uuid("b-2")
    assert pseudonyms.uuid("another") != "another"


@pytest.mark.parametrize("word", ["NoCall", "inbound", "DoNotAcceptAnyCalls", "final", "QueueName"])
def test_documented_words_stay(pseudonyms, word):
    assert pseudonyms.word(word) == word


def test_any_other_word_is_replaced_since_somebody_may_have_written_it(pseudonyms):
    assert pseudonyms.word("With Ann") != "With Ann"


def test_as_many_short_numbers_as_there_are_get_a_number_each(pseudonyms):
    shown = Counter(pseudonyms.phone_number(str(number)) for number in range(10, 100))
    assert max(shown.values()) == 1


def test_half_a_character_harms_nobody(pseudonyms):
    assert pseudonyms.text("Ann \ud83d Lee").encode()

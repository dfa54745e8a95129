"""Records of other shapes: what can be read is read, the rest is named and nothing else is lost."""

import json

import msgspec
import pytest

from custom_components.ringcentral.api import account, models
from custom_components.ringcentral.api.errors import PayloadError
from custom_components.ringcentral.api.tolerant import read, read_list


def read_value(value, kind=models.PresenceBody):
    return read(json.dumps(value).encode(), kind)


def read_leg(**fields):
    """Return the only leg of a list, and what could not be read."""
    body, unreadable = read_value({"extensionId": 1, "activeCalls": [fields]})
    (leg,) = body.active_calls
    return leg, unreadable


def test_an_ordinary_payload_is_read_as_by_strict_decoding():
    value = {"extensionId": 1, "activeCalls": [{"from": "101", "startTime": "2026-01-01T00:00:00Z"}], "sequence": 7}

    body, unreadable = read_value(value)

    assert body == msgspec.json.decode(json.dumps(value), type=models.PresenceBody)
    assert unreadable == ()


# One field


@pytest.mark.parametrize(
    ("name", "given", "attribute", "taken"),
    [
        ("id", 5551234, "id", "5551234"),
        ("id", 5551234.0, "id", "5551234"),
        ("sessionId", 0, "session_id", "0"),
        ("partyId", 10**40, "party_id", str(10**40)),
        ("startTime", 1755728200000, "start_time", "1755728200000"),
        ("from", 101, "from_", "101"),
        ("from", {"phoneNumber": "+14155550123"}, "from_", "+14155550123"),
        ("from", {"phoneNumber": None, "extensionNumber": 101}, "from_", "101"),
        ("to", {"extensionNumber": "101", "name": "Ann"}, "to_name", "Ann"),
        ("to", {"name": "Ann"}, "to_name", "Ann"),
        ("fromName", 42, "from_name", "42"),
        ("fromName", 4.2, "from_name", "4.2"),
        ("fromName", "A\u202eB\n", "from_name", "AB"),
        ("queueCall", "true", "queue_call", True),
        ("queueCall", " False", "queue_call", False),
        ("queueCall", 1, "queue_call", True),
        ("direction", "Inbound", "direction", "Inbound"),
        ("sipData", {"toTag": 5}, "sip_data", models.SipData(to_tag="5")),
        ("sipData", {}, "sip_data", models.SipData()),
        ("appearanceInfo", {"appearanceNumber": "x"}, "appearance_info", models.AppearanceInfo(appearance_number="x")),
    ],
)
def test_value_of_another_type_is_taken_if_it_has_a_meaning(name, given, attribute, taken):
    leg, unreadable = read_leg(**{name: given, "onBehalfOf": 7})

    assert getattr(leg, attribute) == taken
    assert leg.on_behalf_of == "7"
    assert unreadable == ()


@pytest.mark.parametrize(
    ("name", "given", "lost"),
    [
        ("id", True, "id"),
        ("id", 1.5, "id"),
        ("id", "x" * 256, "id"),
        ("id", "a\u202eb", "id"),
        ("startTime", {}, "startTime"),
        ("startTime", float("nan"), "startTime"),
        ("from", {"5551234": 1}, "from"),
        ("from", {"phoneNumber": ["5551234"]}, "from"),
        ("from", ["5551234"], "from"),
        ("from", True, "from"),
        ("queueCall", "maybe", "queueCall"),
        ("queueCall", 2, "queueCall"),
        ("direction", True, "direction"),
        ("telephonyStatus", 5551234, "telephonyStatus"),
        ("callInfo", [{"type": "QueueName"}], "callInfo"),
        ("callInfo", "Support", "callInfo"),
        ("callInfo", {"primary": "Support"}, "callInfo.primary"),
        ("callInfo", {"primary": {"value": {}}}, "callInfo.primary.value"),
        ("sipData", 7, "sipData"),
    ],
)
def test_value_without_a_meaning_is_named_and_the_rest_of_its_leg_taken(name, given, lost):
    leg, unreadable = read_leg(**{name: given, "onBehalfOf": "+14155550100"})

    assert leg.on_behalf_of == "+14155550100"
    assert unreadable == (f"activeCalls[].{lost}",)


def test_name_beside_a_party_wins_over_the_one_inside():
    leg, _ = read_leg(**{"from": {"phoneNumber": "101", "name": "inside"}, "fromName": "beside"})

    assert (leg.from_, leg.from_name) == ("101", "beside")


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("17", 17),
        (" 17 ", 17),
        ("-3", -3),
        (17.0, 17),
        (2**63 - 1, 2**63 - 1),
        (2**63, None),
        (-(2**63) - 1, None),
        (10**400, None),
        ("9" * 5000, None),
        (float("inf"), None),
        (float("nan"), None),
        (1.5, None),
        ("x", None),
        ("--3", None),
        (True, None),
        ([17], None),
    ],
)
def test_sequence_is_a_whole_number_of_64_bits_or_lost(given, taken):
    body, unreadable = read_value({"extensionId": 1, "sequence": given, "telephonyStatus": "Ringing"})

    assert body.sequence == taken
    assert body.telephony_status == "Ringing"
    assert unreadable == (() if taken is not None else ("sequence",))


def test_number_beyond_every_measure_loses_only_its_field():
    data = b'{"extensionId": 1, "sequence": ' + b"9" * 100_000 + b', "telephonyStatus": "Ringing", "x": 1e999}'

    body, unreadable = read(data, models.PresenceBody)

    assert (body.telephony_status, unreadable) == ("Ringing", ("sequence",))


@pytest.mark.parametrize(("given", "taken"), [("2", 2), (-1, None), ("x", None), (2**31, None)])
def test_total_is_a_number_of_calls_or_lost(given, taken):
    assert read_value({"totalActiveCalls": given, "activeCalls": []}).record.total_active_calls == taken


# Legs


def test_legs_are_read_one_by_one():
    body, unreadable = read_value({"activeCalls": [None, 7, {"id": "a"}, "x", [], {"new": 1}, {"id": "b"}]})

    assert [leg.id for leg in body.active_calls] == ["a", "b"]
    assert unreadable == ("activeCalls[]",)


@pytest.mark.parametrize(
    ("listed", "total", "counted"),
    [
        ([{"id": "a"}, 7], None, 2),
        ([{"id": "a"}, 7], 1, 2),
        ([{"id": "a"}, 7], 9, 9),
        ([{"id": "a"}, None], None, None),
        ([{"id": "a", "startTime": []}], None, None),
        ([{"id": "a"}] * 60, None, 60),
    ],
)
def test_list_that_lost_a_leg_counts_as_cut(listed, total, counted):
    body = read_value({"activeCalls": listed, "totalActiveCalls": total}).record

    assert body.total_active_calls == counted


def test_only_fifty_legs_are_read():
    body, unreadable = read_value({"activeCalls": [{"id": number} for number in range(10_000)]})

    assert [leg.id for leg in body.active_calls] == [str(number) for number in range(50)]
    assert unreadable == ("activeCalls[]",)


def test_lone_leg_may_come_without_its_list():
    assert [leg.id for leg in read_value({"activeCalls": {"id": 1}}).record.active_calls] == ["1"]


@pytest.mark.parametrize("given", ["none", 7, True, {}])
def test_list_that_is_none_is_as_if_it_were_missing(given):
    body, unreadable = read_value({"activeCalls": given, "telephonyStatus": "NoCall"})

    assert (body.active_calls, body.telephony_status) == (None, "NoCall")
    assert unreadable == ("activeCalls",)


@pytest.mark.parametrize("given", [{"lineStatus": "Seized"}, [{"lineStatus": "Seized"}, 7], [{"lineStatus": 7}], "x"])
def test_appearances_of_any_shape_lose_nothing_else(given):
    body, _ = read_value({"appearances": given, "sequence": "1"})

    assert body.sequence == 1


# Texts


def test_texts_are_cleaned_wherever_they_stand():
    hostile = "\u202e" + "é" * 300
    leg = {
        "fromName": hostile,
        "to": "\u202d101\u202c",
        "callInfo": {"primary": {"type": "QueueName", "value": hostile}},
    }

    body, unreadable = read_value({"activeCalls": [leg], "message": "a\nb", "telephonyStatus": "Ringing\u200b"})

    (read_back,) = body.active_calls
    assert read_back.from_name == read_back.call_info.primary.value == "é" * 254 + "…"
    assert (read_back.to, body.message, body.telephony_status) == ("101", "a b", "Ringing")
    assert unreadable == ()


def test_long_text_of_harmless_characters_is_cut_too():
    assert read_leg(fromName="x" * 256)[0].from_name == "x" * 254 + "…"


def test_name_that_was_cut_within_a_character_is_read():
    data = b'{"activeCalls": [{"fromName": "Bob \\ud83e", "id": "a"}]}'

    (leg,) = read(data, models.PresenceBody).record.active_calls

    assert (leg.id, leg.from_name) == ("a", "Bob")


def test_bytes_that_are_no_text_lose_no_more_than_themselves():
    body = read(b'{"message": "a\xffb", "telephonyStatus": "Ringing"}', models.PresenceBody).record

    assert (body.message, body.telephony_status) == ("a\ufffdb", "Ringing")


# All of it


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"7",
        b"[]",
        b"<html>5551234",
        b'{"name": "\\ud83e", 5551234}',
        b"[" * 900_000,
        b'{"message": "\\n", "x": ' + b"[" * 900_000 + b"]" * 900_000 + b"}",
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_object_is_refused_without_its_value(data):
    for kind in (models.PresenceBody, models.Presence, account.Extension):
        with pytest.raises(PayloadError) as refusal:
            read(data, kind)

        assert "5551234" not in str(refusal.value)
    with pytest.raises(PayloadError):
        read_list(data if data != b"[]" else b"{}")


def test_record_without_what_it_has_to_have_is_refused():
    assert read_value({"id": "7", "name": 5}, account.Extension).record == account.Extension(id="7", name="5")
    for value in ({}, {"id": None}, {"id": ["5551234"]}, {"name": "5551234\n"}):
        with pytest.raises(PayloadError) as refusal:
            read_value(value, account.Extension)

        assert "5551234" not in str(refusal.value)


def test_record_inside_another_is_lost_alone():
    line, unreadable = read_value({"id": 4, "extension": {"name": "Ann"}}, account.PresenceLine)

    assert (line.id, line.extension) == (4, None)
    assert unreadable == ("extension",)


def test_fields_of_plain_types_are_read_strictly():
    subscription, unreadable = read_value({"id": "7", "eventFilters": ["a"], "expiresIn": []}, account.Subscription)

    assert (subscription.event_filters, unreadable) == (("a",), ("expiresIn",))


def test_list_is_read_member_by_member():
    members = read_list(b'[{"id": 1}, null, {"id": 2, "name": "\\ud83e"}]')

    assert [bytes(one)[:8] for one in members] == [b'{"id": 1', b"null", b'{"id": 2']


@pytest.mark.parametrize(
    "kind",
    [
        models.PresenceBody,
        models.Presence,
        models.Notification,
        account.Extension,
        account.Favorite,
        account.PresenceLine,
    ],
)
def test_every_field_of_a_record_has_its_reader(kind):
    names = [field.encode_name for field in msgspec.structs.fields(kind)]

    # A value that no field takes is named for each; none is passed over, and none raises anything.
    read_back = read_value({**dict.fromkeys(names, "\x00"), "id": 1, "event": "x"}, kind)

    assert isinstance(read_back.record, kind)

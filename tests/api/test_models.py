"""Records: every documented field has a place, and nothing unexpected gets in or breaks anything."""

from datetime import UTC, datetime

import pytest

from custom_components.ringcentral.api import models
from custom_components.ringcentral.api.errors import PayloadError
from custom_components.ringcentral.api.transport import Reply, decode
from tests.api.documented import fields, lost, properties, properties_of_presence, read
from tests.api.test_account import SAMPLES as ACCOUNT_SAMPLES
from tests.samples import PAYLOADS

# The specification


@pytest.mark.parametrize(
    ("schema", "kind", "left_out"),
    [
        ("DetailedExtensionPresenceEventBody", models.PresenceBody, set()),
        ("DetailedExtensionPresenceWithSIPEventBody", models.PresenceBody, set()),
        ("ExtensionPresenceEventBody", models.PresenceBody, set()),
        ("AccountPresenceEventBody", models.PresenceBody, set()),
        ("PresenceInfoResponse", models.Presence, set()),
        ("ActiveCallInfo", models.ActiveCall, set()),
        ("DetailedCallInfo", models.SipData, set()),
        ("AppearancesInfo", models.Appearance, set()),
        ("PrimaryCQInfo", models.CallInfoLine, set()),
        ("AdditionalCQInfo", models.CallInfoLine, set()),
        ("GetPresenceExtensionInfo", models.PresenceExtension, set()),
        ("CallInfoCQ", models.CallInfo, set()),
        ("AppearanceInfo", models.AppearanceInfo, set()),
    ],
)
def test_every_documented_field_has_a_place_in_its_record(schema, kind, left_out):
    documented = properties(schema)

    assert documented
    assert documented - fields(kind) == left_out


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ("PresenceStatus", models.PresenceStatus),
        ("TelephonyStatus", models.TelephonyStatus),
        ("DndStatus", models.DndStatus),
        ("MeetingStatus", models.MeetingStatus),
    ],
)
def test_words_are_the_documented_ones(schema, kind):
    words = properties_of_presence()[schema[0].lower() + schema[1:]]["enum"]

    assert set(words) == {str(word) for word in kind}


# Samples


SAMPLES = [
    ("rest-extension-presence-detailed.composed", models.Presence, lambda body: body),
    ("rest-extension-presence-limited-type.composed", models.Presence, lambda body: body),
    ("rest-extension-presence-total.captured", models.Presence, lambda body: body),
    ("rest-extension-presence.captured", models.Presence, lambda body: body),
    ("rest-extension-presence.doc", models.Presence, lambda body: body),
    ("rest-extension-presence-call.captured-2019", models.Presence, lambda body: body),
    ("rest-account-presence.captured-2019", tuple[models.Presence, ...], lambda body: body["records"]),
    ("rest-account-presence.composed", tuple[models.Presence, ...], lambda body: body["records"]),
]


@pytest.mark.parametrize(("name", "kind", "pick"), SAMPLES)
def test_sample_lands_in_its_record(name, kind, pick):
    assert lost(name, kind, pick) == set()


def test_every_rest_sample_is_looked_at():
    looked_at = {name for name, _, _ in SAMPLES + ACCOUNT_SAMPLES}
    others = {
        "rest-presence-bulk-207.composed",  # read by the client, in parts
        "rest-put-presence-request.composed",  # a request
        "rest-unified-presence.composed",  # another resource, not used
        *(path.stem for path in PAYLOADS.glob("rest-call-log-*.json")),  # test_call_log
        *(path.stem for path in PAYLOADS.glob("rest-message-*.json")),  # test_messages
    }

    assert {path.stem for path in PAYLOADS.glob("rest-*.json")} == {
        name for name in looked_at | others if name.startswith("rest-")
    }


# What is lenient and what is not


def test_missing_field_and_null_are_both_nothing():
    assert read({}, models.Presence) == read(dict.fromkeys(fields(models.Presence)), models.Presence)


def test_unknown_fields_and_words_pass():
    presence = read({"presenceStatus": "Levitating", "newFieldOf2027": {"deep": [1]}}, models.Presence)

    assert presence.presence_status == "Levitating"


def test_documented_words_equal_the_strings_that_were_sent():
    assert read({"dndStatus": "TakeAllCalls"}, models.Presence).dnd_status == models.DndStatus.TAKE_ALL_CALLS


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"presenceStatus": 5551234}, "$.presenceStatus"),
        ({"allowSeeMyPresence": "5551234"}, "$.allowSeeMyPresence"),
        ({"totalActiveCalls": "5551234"}, "$.totalActiveCalls"),
        ({"totalActiveCalls": 5551234.5}, "$.totalActiveCalls"),
        ({"activeCalls": "5551234"}, "$.activeCalls"),
        ({"activeCalls": [None]}, "$.activeCalls[0]"),
        ({"activeCalls": [{"from": 5551234}]}, "$.activeCalls[0].from"),
        ({"activeCalls": [{"sipData": ["5551234"]}]}, "$.activeCalls[0].sipData"),
        ({"extension": {"id": [5551234]}}, "$.extension.id"),
        (["5551234"], "object"),
        ("5551234", "object"),
        (None, "object"),
    ],
)
def test_wrong_type_is_refused_with_its_place_and_without_its_value(body, place):
    with pytest.raises(PayloadError) as refusal:
        read(body, models.Presence)

    assert place in str(refusal.value)
    assert "5551234" not in str(refusal.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>5551234</html>", "malformed"),
        (b'{"message": "\xff5551234"}', "UTF-8"),
        (b'{"message": "5551234', "truncated"),
        (b"", "truncated"),
        (b'{"new": ' + b"[" * 900_000 + b"]" * 900_000 + b"}", "nested too deeply"),
        (b'{"totalActiveCalls": ' + b"5551234" * 1000 + b"}", "out of range"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_what_is_no_json_is_refused_with_the_reason_and_without_its_value(body, reason):
    with pytest.raises(PayloadError, match=reason) as refusal:
        decode(Reply(200, {}, body), models.Presence)

    assert "5551234" not in str(refusal.value)


# Times


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-02-18T09:37:24.597Z", datetime(2016, 2, 18, 9, 37, 24, 597000, UTC)),
        ("2015-04-10T18:48:55.133+0000", datetime(2015, 4, 10, 18, 48, 55, 133000, UTC)),
        ("2015-04-10T20:48:55+02:00", datetime(2015, 4, 10, 18, 48, 55, tzinfo=UTC)),
        ("2016-02-18T09:37:24", datetime(2016, 2, 18, 9, 37, 24, tzinfo=UTC)),
        # Milliseconds since 1970, or seconds.
        ("1455788244597", datetime(2016, 2, 18, 9, 37, 24, 597000, UTC)),
        ("1455788244", datetime(2016, 2, 18, 9, 37, 24, tzinfo=UTC)),
        ("9" * 300, None),
        ("9" * 5000, None),
        ("0001-01-01T00:00:00+10:00", None),
        # Nothing that could not be shown in every time zone.
        ("9999-12-31T23:59:59Z", None),
        ("0001-01-02T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_time_is_read_as_utc_or_not_at_all(text, moment):
    read_moment = models.parse_timestamp(text)

    assert read_moment == moment
    assert read_moment is None or read_moment.tzinfo is UTC

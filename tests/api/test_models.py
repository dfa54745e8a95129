"""Records: every documented field has a place, and nothing unexpected gets in or breaks anything."""

from datetime import UTC, datetime
import json

import msgspec
import pytest

from custom_components.ringcentral.api import models
from custom_components.ringcentral.api.errors import PayloadError
from custom_components.ringcentral.api.transport import Reply, decode
from tests.samples import PAYLOADS, payload

SPECIFICATION = payload("openapi-presence")["components"]["schemas"]


def read(value, kind):
    """Decode a value as the client does with an answer's body."""
    return decode(Reply(200, {}, json.dumps(value).encode()), kind)


def properties(schema):
    """Return the documented fields of a schema of the specification."""
    if isinstance(schema, str):
        schema = SPECIFICATION[schema]
    found = set(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        found |= properties(part["$ref"].rpartition("/")[2] if "$ref" in part else part)
    return found


def fields(kind):
    """Return the fields of a record by their names on the wire."""
    return {field.encode_name for field in msgspec.structs.fields(kind)}


def leaves(value, place="$"):
    """Yield place and value of everything in a JSON value that holds nothing else."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{place}[{index}]")
    else:
        yield place, value


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
        ("FavoriteContactResource", models.Favorite, set()),
        ("WsTokenResponse", models.GatewayToken, set()),
        ("CallInfoCQ", models.CallInfo, set()),
        ("AppearanceInfo", models.AppearanceInfo, set()),
        ("DisabledFilterInfo", models.DisabledFilter, set()),
        # `id_token` is for OpenID, session limits are for accounts that enforce them; neither changes what is done.
        (
            "TokenInfo",
            models.TokenReply,
            {"token_type", "id_token", "session_expires_in", "session_expiration_time", "session_idle_timeout"},
        ),
        ("SubscriptionInfo", models.Subscription, {"uri"}),
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


def properties_of_presence():
    """Return the properties of REST presence, references resolved."""

    def resolved(schema):
        return SPECIFICATION[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    return {name: resolved(schema) for name, schema in SPECIFICATION["PresenceInfoResponse"]["properties"].items()}


# Samples: whatever a sample holds, the record holds (or it is named here)

NOT_KEPT = {
    "paging",
    "navigation",
    "serviceFeatures",
    "encryption",
    "token_type",
    "notEditableOnHud",
    "headers",
    "params",
    # Of an extension, what nothing shows.
    "contact",
    "hidden",
    "site",
}


SAMPLES = [
    ("rest-extension-presence-detailed.composed", models.Presence, lambda body: body),
    ("rest-extension-presence-limited-type.composed", models.Presence, lambda body: body),
    ("rest-extension-presence-total.captured", models.Presence, lambda body: body),
    ("rest-extension-presence.captured", models.Presence, lambda body: body),
    ("rest-extension-presence.doc", models.Presence, lambda body: body),
    ("rest-extension-presence-call.captured-2019", models.Presence, lambda body: body),
    ("rest-account-presence.captured-2019", tuple[models.Presence, ...], lambda body: body["records"]),
    ("rest-account-presence.composed", tuple[models.Presence, ...], lambda body: body["records"]),
    ("rest-extension-info.composed", models.Extension, lambda body: body),
    ("rest-extension-list.composed", tuple[models.Extension, ...], lambda body: body["records"]),
    ("rest-extension-features.excerpt", tuple[models.Feature, ...], lambda body: body["records"]),
    ("rest-favorites.composed", tuple[models.Favorite, ...], lambda body: body["records"]),
    ("rest-presence-line.composed", tuple[models.PresenceLine, ...], lambda body: body["records"]),
    ("auth-token-response.doc", models.TokenReply, lambda body: body),
    ("auth-token-response-full.composed", models.TokenReply, lambda body: body),
    ("ws-token-response.doc", models.GatewayToken, lambda body: body),
    ("ws-subscription-response.captured-2021", models.Subscription, lambda frame: frame[1]),
    ("ws-subscription-response.captured-2025", models.Subscription, lambda frame: frame[1]),
    ("ws-subscription-response-disabled-filter.composed", models.Subscription, lambda frame: frame[1]),
    ("webhook-create-response.doc", models.Subscription, lambda body: body),
    ("webhook-blacklisted-list.doc", tuple[models.Subscription, ...], lambda body: body["records"]),
]


@pytest.mark.parametrize(("name", "kind", "pick"), SAMPLES)
def test_sample_lands_in_its_record(name, kind, pick):
    sample = pick(payload(name))

    kept = dict(leaves(json.loads(msgspec.json.encode(read(sample, kind)))))

    # An address is no state, and nothing here is found by one.
    lost = {
        place
        for place, value in leaves(sample)
        if kept.get(place) != value and not place.endswith("uri") and not NOT_KEPT & set(_names(place))
    }
    assert lost == set()


def _names(place):
    return place.replace("[", ".").split(".")


def test_every_rest_sample_is_looked_at():
    looked_at = {name for name, _, _ in SAMPLES}
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

"""The forms of the dialogs, and the messages for what goes wrong."""

import pytest

from custom_components.ringcentral.api.account import Extension
from custom_components.ringcentral.api.errors import (
    ClientCredentialsError,
    PayloadError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    UnreachableError,
    UserCredentialsError,
)
from custom_components.ringcentral.dialogs.forms import as_failure, connection_of, extensions_schema, label_of


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ClientCredentialsError("x"), ("client_secret", "invalid_client", {})),
        (ClientCredentialsError("x", code="OAU-250"), ("base", "unsupported_grant", {})),
        (ClientCredentialsError("x", code="OAU-251"), ("base", "unauthorized_grant", {})),
        (UserCredentialsError("x"), ("jwt", "invalid_jwt", {})),
        (
            PermissionMissingError("x", permission="ReadPresence", of_app=True),
            ("base", "missing_app_permission", {"permission": "Read Presence"}),
        ),
        (
            PermissionMissingError("x", permission=None, of_app=False),
            ("base", "missing_user_permission_unnamed", {}),
        ),
        (RateLimitedError("x", retry_after=41.7), ("base", "rate_limited", {"seconds": "42"})),
        (UnreachableError("x"), ("base", "cannot_connect", {})),
        (RequestRejectedError("x", status=400, code="CMN-101"), ("base", "unexpected_answer", {"code": "CMN-101"})),
        (PayloadError("x"), ("base", "unexpected_answer", {"code": "PayloadError"})),
    ],
)
def test_each_error_has_a_message_that_helps(error, failure):
    assert as_failure(error) == failure


@pytest.mark.parametrize(
    ("extension", "label"),
    [
        (Extension(id=7, extension_number="102", name="Alice Moreau"), "Alice Moreau (102)"),
        (Extension(id=7, extension_number="102"), "7 (102)"),
        (Extension(id=7, name="Alice Moreau"), "Alice Moreau"),
    ],
)
def test_an_extension_is_named_with_its_number(extension, label):
    assert label_of(extension) == label


def test_extensions_with_events_are_offered_in_the_order_of_their_numbers_and_former_ones_preselected():
    extensions = [
        Extension(id=3, extension_number="103", name="Ben", type="User", status="Enabled"),
        Extension(id=2, extension_number="102", name="Alice", type="User", status="Enabled"),
        Extension(id=9, extension_number="200", name="Support", type="Department", status="Enabled"),
        Extension(id=8, extension_number="801", name="Park 1", type="ParkLocation", status="Enabled"),
        Extension(id=7, extension_number="900", name="Building", type="Site", status="Enabled"),
    ]
    (field,) = extensions_schema(extensions, ["2", "9", "gone"]).schema.items()
    key, value = field
    assert [option["value"] for option in value.config["options"]] == ["2", "3", "8"]
    assert key.default() == ["2"]


def test_of_the_options_the_connection_is_kept_apart():
    assert connection_of({"watch": ["own"], "transport": "webhook", "hold_back": 0}) == {
        "transport": "webhook",
        "hold_back": 0,
    }
    assert connection_of({"watch": ["own"]}) == {}

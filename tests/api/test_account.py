"""Records beside presence: every documented field of them has a place."""

import pytest

from custom_components.ringcentral.api import account
from tests.api.documented import fields, lost, properties


@pytest.mark.parametrize(
    ("schema", "kind", "left_out"),
    [
        ("FavoriteContactResource", account.Favorite, set()),
        ("WsTokenResponse", account.GatewayToken, set()),
        ("DisabledFilterInfo", account.DisabledFilter, set()),
        ("SubscriptionInfo", account.Subscription, {"uri"}),
        # `id_token` is for OpenID, session limits are for accounts that enforce them; neither changes what is done.
        (
            "TokenInfo",
            account.TokenReply,
            {"token_type", "id_token", "session_expires_in", "session_expiration_time", "session_idle_timeout"},
        ),
    ],
)
def test_every_documented_field_has_a_place_in_its_record(schema, kind, left_out):
    documented = properties(schema)

    assert documented
    assert documented - fields(kind) == left_out


SAMPLES = [
    ("rest-extension-info.composed", account.Extension, lambda body: body),
    ("rest-extension-list.composed", tuple[account.Extension, ...], lambda body: body["records"]),
    ("rest-extension-features.excerpt", tuple[account.Feature, ...], lambda body: body["records"]),
    ("rest-favorites.composed", tuple[account.Favorite, ...], lambda body: body["records"]),
    ("rest-presence-line.composed", tuple[account.PresenceLine, ...], lambda body: body["records"]),
    ("auth-token-response.doc", account.TokenReply, lambda body: body),
    ("auth-token-response-full.composed", account.TokenReply, lambda body: body),
    ("ws-token-response.doc", account.GatewayToken, lambda body: body),
    ("ws-subscription-response.captured-2021", account.Subscription, lambda frame: frame[1]),
    ("ws-subscription-response.captured-2025", account.Subscription, lambda frame: frame[1]),
    ("ws-subscription-response-disabled-filter.composed", account.Subscription, lambda frame: frame[1]),
    ("webhook-create-response.doc", account.Subscription, lambda body: body),
    ("webhook-blacklisted-list.doc", tuple[account.Subscription, ...], lambda body: body["records"]),
]


@pytest.mark.parametrize(("name", "kind", "pick"), SAMPLES)
def test_sample_lands_in_its_record(name, kind, pick):
    assert lost(name, kind, pick) == set()

"""The developer console's labels, and the link that fills in its form."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from custom_components.ringcentral.api.console import new_app_url, scope_label

GUIDE = (Path(__file__).parents[2] / "docs" / "app.md").read_text()


@pytest.mark.parametrize(
    ("permission", "label"),
    [
        ("ReadPresence", "Read Presence"),
        ("EditPresence", "Edit Presence"),
        ("ReadCallLog", "Read Call Log"),
        ("WebSocket", "WebSocket Subscriptions"),
        ("WebSocketSubscription", "WebSocket Subscriptions"),
        ("WebSocketsSubscriptions", "WebSocket Subscriptions"),
        ("SubscriptionWebSocket", "WebSocket Subscriptions"),
        ("SubscriptionWebhook", "Webhook Subscriptions"),
        ("webhook_subscriptions", "Webhook Subscriptions"),
        ("Teleport", "Teleport"),
    ],
)
def test_a_scope_has_the_label_of_the_console_however_it_is_spelled(permission, label):
    assert scope_label(permission) == label
    assert label == permission or f"**{label}**" in GUIDE


@pytest.mark.parametrize("redirect_uri", [None, "https://my.home-assistant.io/redirect/oauth"])
def test_the_link_asks_for_a_private_app_of_one_kind_and_is_the_one_of_the_guide(redirect_uri):
    link = new_app_url(redirect_uri)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query, keep_blank_values=True).items()}
    assert asked["public"] == "false"
    kind = (
        ("PersonalJWT", "ServerOther", "") if redirect_uri is None else ("AuthorizationCode", "ServerWeb", redirect_uri)
    )
    assert (asked["grantType"], asked["type"], asked["redirectUri"]) == kind
    assert {"ReadAccounts", "ReadPresence", "EditPresence"} <= set(asked["permissions"].split(","))
    assert f"]({link})" in GUIDE

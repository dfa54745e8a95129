"""What a token's scope allows."""

import pytest

from custom_components.ringcentral.api.account import Token
from custom_components.ringcentral.api.scopes import may_have


@pytest.mark.parametrize(
    ("scope", "may"),
    [
        ("ReadAccounts ReadPresence", False),
        ("ReadAccounts ReadCallLog", True),
        ("ReadAccounts ReadCallRecording", True),
        ("read_accounts, Read Call Log", True),
        ("", True),
        ("Alpha Beta", True),
    ],
)
def test_a_scope_denies_only_what_it_could_name(scope, may):
    token = Token(access_token="a", expires_at=0.0, refresh_at=0.0, scope=scope)

    assert may_have(token, ("ReadCallLog", "ReadCallRecording")) is may


def test_without_a_token_everything_is_tried():
    assert may_have(None, ("ReadCallLog",))

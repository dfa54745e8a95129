"""What a login can do beside presence: by scope and features, and without them at no cost."""

import pytest

from custom_components.ringcentral.api.account import Feature, Token
from custom_components.ringcentral.diagnostics import describe_office
from custom_components.ringcentral.sync.capability import is_granted
from simulator.logins import HISTORY_PERMISSIONS
from tests.office import Office

SCOPE = "ReadAccounts ReadPresence ReadCallLog"


@pytest.mark.parametrize(
    ("scope", "features", "granted"),
    [
        (SCOPE, {"ReadExtensionCallLog": True}, True),
        (SCOPE, {"ReadExtensionCallLog": False}, False),
        (SCOPE, {}, True),
        ("ReadAccounts", {"ReadExtensionCallLog": True}, False),
    ],
)
async def test_it_takes_the_scope_and_the_feature(office, scope, features, granted):
    auth = office.coordinator.client.auth
    auth.token = Token(access_token="a", expires_at=0.0, refresh_at=0.0, scope=scope)
    known = {name: Feature(id=name, available=available) for name, available in features.items()}

    assert is_granted(office.coordinator, known, ("ReadCallLog",), "ReadExtensionCallLog") is granted


@pytest.mark.parametrize("fault", ["silent", "reset"])
async def test_a_log_and_a_mailbox_that_cannot_be_read_hold_no_start_up(hass, entry, simulator, phones, fault):
    """They make no request before the entry is set up, and none of theirs holds up its end."""
    simulator.permit(*HISTORY_PERMISSIONS)
    simulator.faults.apply({"kind": fault, "path": "*-sync"})
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert not any("-sync" in template for _, template in simulator.requests)
    await office.pass_time(10)
    assert {one for _, one in simulator.requests if one.endswith("-sync")}, "they are asked now"
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert await hass.config_entries.async_unload(entry.entry_id)
    simulator.faults.clear()


async def test_what_is_not_granted_costs_nothing(office, simulator):
    await office.pass_time(3600, 60)

    assert not any("call-log" in path or "message" in path for _, path in simulator.requests)
    assert not any("message" in one or "voicemail" in one for one in office.coordinator.capabilities.filters)
    assert office.find_entity("101", "unread_voicemails") is None
    assert office.find_entity("101", "voicemail") is None
    described = describe_office(office.coordinator)
    assert (described["call_log"]["granted"], described["voicemail"]["granted"]) == (False, False)


class TestGranted:
    @pytest.fixture
    def permissions(self):
        return HISTORY_PERMISSIONS

    async def test_its_filters_are_on_the_same_subscription(self, office, simulator):
        (subscription,) = simulator.subscriptions.by_id.values()
        paths = [one.text.partition("/extension/")[2].partition("/")[2] for one in subscription.filters]

        assert {"message-store?type=VoiceMail", "voicemail"} <= set(paths)

    async def test_a_refused_filter_costs_nothing_else(self, office, simulator, account):
        simulator.subscriptions.refused_filters = ["voicemail", "message-store"]
        office.restart_gateway()
        await office.comes_true(lambda: not office.coordinator.link.is_connected, 10, 1)
        await office.comes_true(lambda: office.coordinator.link.is_connected, 60)
        assert office.coordinator.link.uncovered == frozenset()
        account.messages.add(account.find("101").id)
        await office.pass_time(930, 30)
        assert office.shown("101", "unread_voicemails") == "1"

    async def test_diagnostics_say_how_it_stands_without_names(self, office, account):
        account.messages.add(account.find("101").id, from_name="John Wang", from_number="+14155550123")
        await office.miss_a_call("101", from_name="John Wang")
        await office.pass_time(60)

        described = describe_office(office.coordinator)
        assert described["voicemail"]["unread"] == 1
        assert described["call_log"]["outcomes"] == {"missed": 1}
        assert "Wang" not in str(described)
        assert "4155550123" not in str(described)


class TestByWebhook:
    """The same events come by webhook."""

    @pytest.fixture
    def permissions(self):
        return HISTORY_PERMISSIONS

    @pytest.fixture
    def options(self, public_address):
        return {"watch": ["own"], "transport": "webhook"}

    async def test_a_voicemail_is_known_at_once(self, office, account):
        account.messages.add(account.find("101").id)
        await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "1", 15, 1)

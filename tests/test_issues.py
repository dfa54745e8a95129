"""Repair issues: what only the user can mend."""

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.ringcentral.api.errors import AuthenticationError, PermissionMissingError
from custom_components.ringcentral.issues import (
    async_report_hidden_extensions,
    async_report_missing_permission,
    async_withdraw_issues,
)
from simulator.settings import CloudSettings
from tests.office import find_issue
from tests.waiting import until


def issue(hass, entry, kind):
    return find_issue(hass, entry, kind)


async def reconnect(office, clock):
    """Lose the link and wait for the next attempts."""
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    for _ in range(10):
        clock.advance(2)
        await office.settle()


@pytest.mark.parametrize("permission", ["WebSocket", "ReadPresence"])
async def test_a_permission_that_the_app_lost_is_named_and_polling_goes_on(hass, office, phones, clock, permission):
    application = office.simulator.login(office.simulator.credentials).application
    application.permissions -= {permission, "EditPresence"}
    for session in office.simulator.oauth.sessions:
        session.login.application.permissions -= {permission}
    office.simulator.gateway.disconnect()
    office.simulator.subscriptions.by_id.clear()
    for _ in range(40):
        clock.advance(5)
        await office.settle()
        if issue(hass, office.entry, "missing_permission"):
            break
    found = issue(hass, office.entry, "missing_permission")
    assert found is not None
    assert found.translation_key == "missing_app_permission"
    assert permission in found.translation_placeholders["permission"]
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    assert issue(hass, office.entry, "missing_permission") is None


class TestRefusedFilters:
    """RingCentral subscribes to some filters only, and says so."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(
            replay_delay=0, refused_filters=(r"/account/\d+/presence", r"/extension/550100103016/presence")
        )

    async def test_the_account_filter_gives_way_to_one_for_each_extension(self, hass, office, phones):
        await until(lambda: len(self.filters(office)) > 5)
        phones.call_in("104")
        await office.shows("104", "ringing", "on")

    async def test_a_hidden_extension_is_named_and_the_others_work(self, hass, office, phones, account):
        await until(lambda: issue(hass, office.entry, "hidden_extensions"))
        found = issue(hass, office.entry, "hidden_extensions")
        # 108 does not allow others to see its presence.
        await until(
            lambda: (
                "Ben Okafor" in issue(hass, office.entry, "hidden_extensions").translation_placeholders["extensions"]
            )
        )
        assert found.severity is ir.IssueSeverity.WARNING

    @staticmethod
    def filters(office):
        (subscription,) = office.simulator.subscriptions.by_id.values()
        return subscription.filters


async def test_more_than_ten_names_are_counted(hass, office):
    async_report_hidden_extensions(hass, office.entry, [f"Phone {number:02}" for number in range(12)])
    named = issue(hass, office.entry, "hidden_extensions").translation_placeholders["extensions"]
    assert named.endswith("… (12)")
    assert "Phone 09" in named
    assert "Phone 10" not in named
    async_report_hidden_extensions(hass, office.entry, [])
    assert issue(hass, office.entry, "hidden_extensions") is None


async def test_each_missing_permission_has_its_own_repair_and_all_go_together(hass, office):
    for name in ("ReadPresence", "ReadContacts"):
        error = PermissionMissingError("missing", permission=name, of_app=True)
        async_report_missing_permission(hass, office.entry, error)
    named = {one.translation_placeholders["permission"] for one in ir.async_get(hass).issues.values()}
    assert named == {"ReadPresence", "ReadContacts"}
    async_withdraw_issues(hass, office.entry, "missing_permission")
    assert find_issue(hass, office.entry, "missing_permission") is None


async def test_a_prompt_to_log_in_goes_away_when_the_login_works(hass, office):
    office.simulator.faults.apply({"kind": "status", "status": 401, "path": "*/presence"})
    with pytest.raises(AuthenticationError):
        await office.coordinator.async_resync()
    office.entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    assert hass.config_entries.flow.async_progress()
    office.simulator.faults.clear()
    office.simulator.limits.clear()
    await office.pass_time(61)
    await office.coordinator.async_resync()
    assert hass.config_entries.flow.async_progress() == []

"""Repair issues: what only the user can mend."""

from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_get_translations
import pytest

from custom_components.ringcentral.api.errors import AuthenticationError, PermissionMissingError
from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.issues import (
    async_report_hidden_extensions,
    async_report_missing_permission,
    async_withdraw_issues,
)
from custom_components.ringcentral.markdown import escape
from simulator.settings import CloudSettings
from tests.office import find_issue
from tests.waiting import until


@pytest.mark.parametrize(
    ("permission", "label"), [("WebSocket", "WebSocket Subscriptions"), ("ReadPresence", "Read Presence")]
)
async def test_a_permission_that_the_app_lost_is_named_as_in_the_console(hass, office, permission, label):
    office.simulator.login(office.simulator.credentials).application.permissions -= {permission, "EditPresence"}
    office.restart_gateway()
    await office.comes_true(lambda: find_issue(hass, office.entry, "missing_permission"), within=200)
    found = find_issue(hass, office.entry, "missing_permission")
    assert found.translation_key == "missing_app_permission"
    assert found.translation_placeholders["permission"] == label
    assert found.config_entry_id == office.entry.entry_id, "Home Assistant hides it while the entry is disabled"
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    assert find_issue(hass, office.entry, "missing_permission") is None


class TestRefusedFilters:
    """RingCentral subscribes to some filters only, and says so."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(
            replay_delay=0, refused_filters=(r"/account/\d+/presence", r"/extension/550100103016/presence")
        )

    async def test_the_account_filter_gives_way_to_one_for_each_extension(self, office, phones):
        await until(lambda: len(self.filters(office)) > 5)
        phones.call_in("104")
        await office.shows("104", "ringing", "on")

    async def test_a_hidden_extension_is_named(self, hass, office):
        def named():
            found = find_issue(hass, office.entry, "hidden_extensions")
            return found.translation_placeholders["extensions"] if found is not None else ""

        await until(lambda: "Ben Okafor" in named())
        assert find_issue(hass, office.entry, "hidden_extensions").severity is ir.IssueSeverity.WARNING

    @pytest.mark.parametrize("options", [{"watch": ["chosen"], "extensions": ["550100102016", "550100103016"]}])
    async def test_a_hidden_extension_that_is_shown_again_is_named_no_more(self, hass, office):
        await until(lambda: find_issue(hass, office.entry, "hidden_extensions"))
        office.simulator.subscriptions.refused_filters.clear()
        office.restart_gateway()
        await office.comes_true(lambda: not find_issue(hass, office.entry, "hidden_extensions"), within=60)

    @staticmethod
    def filters(office):
        (subscription,) = office.simulator.subscriptions.by_id.values()
        return subscription.filters


async def test_more_than_ten_names_are_counted(hass, office):
    async_report_hidden_extensions(hass, office.entry, [f"Phone {number:02}" for number in range(12)])
    named = find_issue(hass, office.entry, "hidden_extensions").translation_placeholders["extensions"]
    assert named.endswith("… (12)")
    assert "Phone 09" in named
    assert "Phone 10" not in named
    async_report_hidden_extensions(hass, office.entry, [])
    assert find_issue(hass, office.entry, "hidden_extensions") is None


async def test_each_missing_permission_has_its_own_repair_and_all_go_together(hass, office):
    for name in ("ReadPresence", "ReadContacts"):
        error = PermissionMissingError("missing", permission=name, of_app=True)
        async_report_missing_permission(hass, office.entry, error)
    named = {one.translation_placeholders["permission"] for one in ir.async_get(hass).issues.values()}
    assert named == {"Read Presence", "Read Contacts"}
    async_withdraw_issues(hass, office.entry, "missing_permission")
    assert find_issue(hass, office.entry, "missing_permission") is None


@pytest.mark.parametrize("of_app", [True, False], ids=["app", "user"])
async def test_a_permission_that_is_not_named_has_a_text_that_lists_what_is_needed(hass, office, of_app):
    error = PermissionMissingError("missing", permission=None, of_app=of_app)
    async_report_missing_permission(hass, office.entry, error)
    found = find_issue(hass, office.entry, "missing_permission")
    who, needed = ("app", "WebSocket Subscriptions") if of_app else ("user", "ReadPresenceStatus")
    assert found.translation_key == f"missing_{who}_permission_unnamed"
    texts = await async_get_translations(hass, "en", "issues", [DOMAIN])
    text = texts[f"component.{DOMAIN}.issues.{found.translation_key}.description"]
    assert needed in text
    assert "?" not in text.format(**found.translation_placeholders)


async def test_what_ringcentral_calls_a_permission_is_in_no_id(hass, office):
    error = PermissionMissingError("missing", permission="Whatever_it_says", of_app=True)
    async_report_missing_permission(hass, office.entry, error)
    assert find_issue(hass, office.entry, "missing_permission").issue_id.endswith("_other")


async def test_a_name_in_a_repair_is_no_markup(hass, office):
    async_report_hidden_extensions(hass, office.entry, ["[Log in](https://example.com) <b>now</b>"])
    named = find_issue(hass, office.entry, "hidden_extensions").translation_placeholders
    assert named["extensions"] == escape("[Log in](https://example.com) <b>now</b>")


async def test_a_prompt_to_log_in_goes_away_when_the_login_works(hass, office):
    office.simulator.faults.apply({"kind": "status", "status": 401, "path": "*/presence"})
    with pytest.raises(AuthenticationError) as refused:
        await office.coordinator.reader.read_all()
    office.coordinator.link.reading_refused(refused.value)
    await hass.async_block_till_done()
    assert hass.config_entries.flow.async_progress()
    office.simulator.faults.clear()
    office.simulator.limits.clear()
    await office.pass_time(61)
    await office.coordinator.reader.read_all()
    assert hass.config_entries.flow.async_progress() == []


class TestRefusedLines:
    """RingCentral refuses the filter that would bring the presence of monitored lines."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(replay_delay=0, refused_filters=(r"/presence/line/presence",))

    @pytest.fixture
    def options(self):
        return {"watch": ["lines"]}

    async def test_they_are_named_and_read_every_minute(self, hass, office, phones):
        assert (
            "Alice Moreau" in find_issue(hass, office.entry, "hidden_extensions").translation_placeholders["extensions"]
        )
        phones.set_status("102", "Busy")
        await office.pass_time(70)
        assert office.shown("102", "presence") == "busy"

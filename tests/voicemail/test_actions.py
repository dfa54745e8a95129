"""The actions on voicemails, as automations and cards run them."""

from pathlib import Path
import re

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import yaml

from simulator.logins import APPLICATION_PERMISSIONS, HISTORY_PERMISSIONS
from tests.controls import act, device_id
from tests.office import entry_data, find_issue

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "actions.md").read_text()
EXAMPLES = [
    actions
    for text in re.findall(r"```yaml\n(.*?)```", DOCUMENTED, re.DOTALL)
    if "voicemail" in str(actions := yaml.safe_load(text)["actions"])
]


@pytest.fixture
async def two(office, mailbox, leave):
    """Two unread voicemails."""
    messages = leave(), leave()
    await office.comes_true(lambda: mailbox.unread == 2, 10, 1)
    return messages


def status(messages):
    return [message.read_status for message in messages]


async def test_all_that_are_unread_are_marked_or_those_that_are_named(hass, office, two):
    await act(hass, office, "mark_voicemail_read", "101")
    assert status(two) == ["Read", "Read"]
    await act(hass, office, "mark_voicemail_unread", "101", voicemail_id=str(two[0].id))
    assert status(two) == ["Unread", "Read"]
    await act(hass, office, "mark_voicemail_read", "101", voicemail_id=[str(two[0].id)])
    assert status(two) == ["Read", "Read"]


async def test_voicemails_are_deleted(hass, office, mailbox, two):
    await act(hass, office, "delete_voicemail", "101", voicemail_id=[str(one.id) for one in two])

    assert [one.availability for one in two] == ["Deleted", "Deleted"]
    assert mailbox.voicemails == ()


async def test_one_that_is_no_longer_there_is_named(hass, office, two, simulator):
    with pytest.raises(ServiceValidationError, match="no longer there"):
        await act(hass, office, "delete_voicemail", "101", voicemail_id="42")
    simulator.faults.apply({"kind": "status", "path": "*/message-store/*", "status": 404})
    with pytest.raises(ServiceValidationError, match="no longer there"):
        await act(hass, office, "mark_voicemail_read", "101", voicemail_id=str(two[0].id))


@pytest.mark.parametrize(("fault", "message"), [(503, "RingCentral"), (400, "refuses")])
async def test_refusals_say_why(hass, office, two, simulator, fault, message):
    simulator.faults.apply({"kind": "status", "path": "*/message-store/*", "status": fault, "code": "CMN-101"})

    with pytest.raises(HomeAssistantError, match=message):
        await act(hass, office, "mark_voicemail_read", "101")
    assert status(two) == ["Unread", "Unread"]


async def test_without_the_permission_a_new_login_is_asked_for(hass, office, two, simulator):
    simulator.login(simulator.credentials).application.permissions.discard("EditMessages")

    with pytest.raises(HomeAssistantError, match="Edit Messages"):
        await act(hass, office, "mark_voicemail_read", "101")
    assert find_issue(hass, office.entry, "new_login_needed") is not None


async def test_a_refusal_that_gives_no_reason_is_about_voicemail(hass, office, two, simulator):
    simulator.faults.apply({"kind": "status", "path": "*/message-store/*", "status": 403, "code": "CMN-402"})

    with pytest.raises(HomeAssistantError, match="change this voicemail"):
        await act(hass, office, "mark_voicemail_read", "101")


@pytest.mark.parametrize(("code", "kind"), [("CMN-401", "new_login_needed"), ("CMN-408", "missing_right")])
async def test_a_permission_that_is_not_named_is_that_to_edit_messages(hass, office, two, simulator, code, kind):
    simulator.faults.apply({"kind": "status", "path": "*/message-store/*", "status": 403, "code": code})

    with pytest.raises(HomeAssistantError, match=r"Edit ?Messages"):
        await act(hass, office, "delete_voicemail", "101", voicemail_id=str(two[0].id))
    issue = find_issue(hass, office.entry, kind)
    assert issue.translation_placeholders["permission"].replace(" ", "") == "EditMessages"


async def test_of_two_mailboxes_none_is_changed_if_one_lacks_a_voicemail(hass, office, two, simulator, account):
    login = simulator.add_login(account.find("102").id, permissions=APPLICATION_PERMISSIONS | HISTORY_PERMISSIONS)
    other = MockConfigEntry(
        domain="ringcentral", unique_id="other", data=entry_data(simulator, login), options={"watch": ["own"]}
    )
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await office.pass_time(10)
    entities = er.async_get(hass).entities.values()
    sensors = [one.entity_id for one in entities if one.translation_key == "unread_voicemails"]
    assert len(sensors) == 2

    with pytest.raises(ServiceValidationError, match="no longer there"):
        await hass.services.async_call(
            "ringcentral",
            "delete_voicemail",
            {"entity_id": sensors, "voicemail_id": str(two[0].id)},
            blocking=True,
        )
    assert [one.availability for one in two] == ["Alive", "Alive"]
    await hass.config_entries.async_unload(other.entry_id)


async def test_without_a_mailbox_a_new_login_is_asked_for(hass, office, simulator, monkeypatch):
    monkeypatch.setattr(office.coordinator.voicemail, "is_granted", False)

    with pytest.raises(ServiceValidationError, match="Read Messages"):
        await act(hass, office, "mark_voicemail_read", "101")
    assert find_issue(hass, office.entry, "new_login_needed") is not None


@pytest.mark.parametrize("action", ["mark_voicemail_read", "mark_voicemail_unread", "delete_voicemail"])
@pytest.mark.parametrize("may_control", [False, True])
async def test_an_action_asks_for_control_of_the_very_sensor(
    hass, office, two, hass_read_only_user, action, may_control
):
    """Who may only read, or control another entity of the same phone, changes nothing."""
    sensor, other = (office.entity_id("101", key) for key in ("unread_voicemails", "call_state"))
    may = {other: True, sensor: True if may_control else {"read": True}}
    hass_read_only_user.mock_policy({"entities": {"entity_ids": may}})
    data = {"device_id": device_id(hass, office, "101"), "voicemail_id": [str(two[0].id)]}
    asked = hass.services.async_call(
        "ringcentral", action, data, blocking=True, context=Context(user_id=hass_read_only_user.id)
    )
    if may_control:
        await asked
    else:
        with pytest.raises(Unauthorized):
            await asked
        assert (status(two), two[0].availability) == (["Unread", "Unread"], "Alive")


class TestOthers:
    """The whole account is watched, and only 101 has a mailbox here."""

    @pytest.fixture
    def options(self):
        return {"watch": ["account"]}

    async def test_another_phone_has_none(self, hass, office, mailbox):
        with pytest.raises(ServiceValidationError, match="own extension"):
            await act(hass, office, "mark_voicemail_read", "102")

    async def test_of_a_label_only_the_own_phone_is_meant(self, hass, office, two):
        await hass.services.async_call(
            "ringcentral",
            "mark_voicemail_read",
            {"entity_id": [office.entity_id("101", "unread_voicemails")]},
            blocking=True,
        )
        assert status(two) == ["Read", "Read"]


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
async def test_the_examples_of_the_documentation_do_what_they_say(hass, office, two, number):
    """They stand in an automation that a voicemail triggers."""
    assert await async_setup_component(hass, "script", {"script": {"example": {"sequence": EXAMPLES[number]}}})
    await act(hass, office, "mark_voicemail_read", "101", voicemail_id=str(two[1].id))
    before = [(one.read_status, one.availability) for one in two]
    variables = {"trigger": {"voicemail_id": str(two[number % 2].id)}}
    await hass.services.async_call("script", "example", variables, blocking=True)
    assert [(one.read_status, one.availability) for one in two] != before

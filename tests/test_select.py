"""The selects that set the status and Do Not Disturb."""

import pytest

from tests.controls import choose, setting
from tests.marks import needs_former_call_handling


async def test_choosing_a_status_sets_it_at_ringcentral(hass, office):
    await choose(hass, office, "101", "set_status", "busy")
    assert setting(office, "101", "userStatus") == "Busy"
    assert office.shown("101", "set_status") == "busy"
    await office.shows("101", "presence", "busy")


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@needs_former_call_handling
async def test_leaving_do_not_disturb_by_a_status_brings_back_what_was_set_before(hass, office, phones, simulator):
    simulator.login(simulator.credentials).is_administrator = True
    agent = office.account.extensions[phones.find("200").members[0]]
    office.account.update_presence(agent.id, {"dndStatus": "DoNotAcceptDepartmentCalls"})
    await office.shows(agent.number, "dnd", "do_not_accept_queue_calls")
    await choose(hass, office, agent.number, "set_dnd", "do_not_accept_any_calls")
    await office.shows(agent.number, "dnd", "do_not_accept_any_calls")
    await choose(hass, office, agent.number, "set_status", "available")
    assert setting(office, agent.number, "dndStatus") == "DoNotAcceptDepartmentCalls"
    await office.shows(agent.number, "dnd", "do_not_accept_queue_calls")


async def test_a_user_who_hides_cannot_set_a_status(office):
    office.account.update_presence(office.account.find("101").id, {"allowSeeMyPresence": False})
    await office.shows("101", "set_status", "unavailable")
    assert office.shown("101", "set_dnd") == "take_all_calls"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
class TestNewerCallHandling:
    """Accounts whose Do Not Disturb is the personal one."""

    @pytest.fixture(
        params=[
            "new_call_handling",
            "new_call_handling_both",
            "new_call_handling_personal",
            "new_call_handling_takes_both",
            "put_answers_unknown_dnd",
        ]
    )
    def settings(self, request, settings):
        settings.speak(["new_call_handling", request.param] if request.param.startswith("put") else [request.param])
        return settings

    async def test_the_personal_words_are_shown_and_set(self, hass, office):
        assert office.shown("101", "dnd") == "take_all_calls"
        assert office.state("101", "set_dnd").attributes["options"] == ["take_all_calls", "do_not_accept_any_calls"]
        await choose(hass, office, "101", "set_dnd", "do_not_accept_any_calls")
        assert setting(office, "101", "dndStatus") == "DoNotAcceptAnyCalls"
        await office.shows("101", "dnd", "do_not_accept_any_calls")
        await choose(hass, office, "101", "set_status", "available")
        await office.shows("101", "dnd", "take_all_calls")

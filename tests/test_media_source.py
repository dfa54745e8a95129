"""The media browser with the mailboxes of several logins; what it plays is in voicemail/test_playback.py."""

from homeassistant.components.media_source import async_browse_media, generate_media_source_id
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ringcentral.const import DOMAIN
from simulator.logins import APPLICATION_PERMISSIONS, HISTORY_PERMISSIONS
from tests.office import Office, entry_data


async def test_of_several_logins_each_mailbox_is_a_folder(hass, office, simulator, phones, account):
    simulator.permit(*HISTORY_PERMISSIONS)
    assert await async_setup_component(hass, "media_source", {})
    other = simulator.add_login(account.find("102").id, permissions=APPLICATION_PERMISSIONS | HISTORY_PERMISSIONS)
    second = MockConfigEntry(
        domain=DOMAIN, title="Alice", data=entry_data(simulator, other), options={"watch": ["own"]}, unique_id="second"
    )
    second.add_to_hass(hass)
    account.messages.add(account.find("102").id, from_name="John Wang")
    await Office(hass, second, simulator, phones).set_up()
    data = {name: value for name, value in office.entry.data.items() if name != "token"}
    await hass.config_entries.async_unload(office.entry.entry_id)
    hass.config_entries.async_update_entry(office.entry, data=data)
    await office.set_up()
    await office.pass_time(10)

    browsed = await async_browse_media(hass, generate_media_source_id(DOMAIN, ""))
    assert sorted(child.title for child in browsed.children) == ["Alice", "Front Desk (101)"]
    alice = next(child for child in browsed.children if child.title == "Alice")
    (recording,) = (await async_browse_media(hass, alice.media_content_id)).children
    assert recording.title.startswith("John Wang")
    await hass.config_entries.async_unload(second.entry_id)

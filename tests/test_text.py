"""The text that sets the status message."""

from homeassistant.exceptions import ServiceValidationError
import pytest

from tests.controls import setting

pytestmark = pytest.mark.usefixtures("entity_registry_enabled_by_default")


@pytest.mark.parametrize("message", ["Back at ten", "x" * 75], ids=["short", "as long as may be"])
async def test_the_status_message_is_set(hass, office, message):
    given = {"entity_id": office.entity_id("101", "set_status_message"), "value": message}
    await hass.services.async_call("text", "set_value", given, blocking=True)
    assert setting(office, "101", "message") == message
    assert office.shown("101", "status_message") == message
    assert office.shown("101", "set_status_message") == message


async def test_an_empty_text_removes_the_message(hass, office):
    text = office.entity_id("101", "set_status_message")
    for message in ("Back at ten", ""):
        await hass.services.async_call("text", "set_value", {"entity_id": text, "value": message}, blocking=True)
    assert setting(office, "101", "message") == ""
    assert office.shown("101", "set_status_message") == ""
    await office.pass_time(1000, 30)
    assert (office.shown("101", "set_status_message"), office.shown("101", "status_message")) == ("", "")


async def test_a_message_longer_than_ringcentral_takes_is_refused(hass, office):
    given = {"entity_id": office.entity_id("101", "set_status_message"), "value": "x" * 76}
    with pytest.raises(ServiceValidationError, match="too long"):
        await hass.services.async_call("text", "set_value", given, blocking=True)

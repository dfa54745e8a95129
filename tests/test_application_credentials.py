"""The app that a user keeps among Home Assistant's application credentials."""

from urllib.parse import quote

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.setup import async_setup_component
import pytest

from custom_components.ringcentral.application_credentials import (
    async_get_auth_implementation,
    async_get_description_placeholders,
)
from custom_components.ringcentral.const import DOMAIN


@pytest.mark.parametrize(
    ("secret", "method", "sent"),
    [
        ("secret", "client_secret_basic", "secret"),
        ("", "client_secret_post", ""),
        ("-", "client_secret_post", ""),
    ],
)
async def test_only_an_app_with_a_secret_authenticates(hass, secret, method, sent):
    app = await async_get_auth_implementation(hass, "id", ClientCredential("client", secret))
    assert (app.token_auth_method, app.client_secret) == (method, sent)


@pytest.mark.parametrize(("name", "shown"), [("Our app", "Our app"), (None, "client")])
async def test_an_app_has_the_name_that_the_user_gave_it(hass, name, shown):
    app = await async_get_auth_implementation(hass, "id", ClientCredential("client", "secret", name))
    assert app.name == shown


async def test_an_app_logs_in_at_the_server_that_it_names(hass):
    app = await async_get_auth_implementation(hass, "id", ClientCredential("client", "secret"))
    assert app.authorize_url == "https://platform.ringcentral.com/restapi/oauth/authorize"
    app.use_server("https://platform.ringcentral.biz")
    assert app.authorize_url == "https://platform.ringcentral.biz/restapi/oauth/authorize"
    assert app.token_url == "https://platform.ringcentral.biz/restapi/oauth/token"


class TestDialog:
    """The dialog for the credentials names what to enter at RingCentral."""

    async def test_of_an_instance_with_an_address(self, hass):
        hass.config.external_url = "https://home.example.com"
        named = await async_get_description_placeholders(hass)
        assert named["redirect_uri"] == "https://home.example.com/auth/external/callback"
        assert named["console_url"].startswith("https://developers.ringcentral.com/")

    async def test_of_an_instance_without_an_address(self, hass):
        named = await async_get_description_placeholders(hass)
        assert named["redirect_uri"].endswith("/auth/external/callback")

    async def test_of_an_instance_that_is_found_by_my_home_assistant(self, hass):
        hass.config.components.add("my")
        named = await async_get_description_placeholders(hass)
        assert named["redirect_uri"] == "https://my.home-assistant.io/redirect/oauth"

    async def test_as_the_frontend_asks(self, hass, hass_ws_client, socket_enabled):
        assert await async_setup_component(hass, DOMAIN, {})
        websocket = await hass_ws_client()
        await websocket.send_json_auto_id({"type": "application_credentials/config"})
        reported = (await websocket.receive_json())["result"]
        assert DOMAIN in reported["domains"]
        named = reported["integrations"][DOMAIN]["description_placeholders"]
        assert set(named) == {"console_url", "guide_url", "preset_url", "redirect_uri"}
        assert quote(named["redirect_uri"], safe="") in named["preset_url"]

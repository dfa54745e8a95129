"""Login in the browser: the user's app at RingCentral, kept among Home Assistant's application credentials."""

from typing import Any, override

from homeassistant.components.application_credentials import ClientCredential
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import OAuth2TokenRequestConnectionError
from homeassistant.helpers.config_entry_oauth2_flow import (
    AUTH_CALLBACK_PATH,
    LocalOAuth2ImplementationWithPkce,
    async_get_redirect_uri,
)
from homeassistant.helpers.network import NoURLAvailableError, get_url

from .api.console import CONSOLE_URL, new_app_url
from .const import DEFAULT_SERVER, DOMAIN, GUIDE_URL

# Public apps have no secret, but Home Assistant's dialog requires one.
_NO_SECRET = "-"  # noqa: S105


class RingCentralImplementation(LocalOAuth2ImplementationWithPkce):
    """An app that opens sessions by authorization code with PKCE."""

    def __init__(self, hass: HomeAssistant, auth_domain: str, credential: ClientCredential) -> None:
        """Take the app's credentials; :meth:`use_server` says where they are good."""
        secret = "" if credential.client_secret == _NO_SECRET else credential.client_secret
        super().__init__(hass, auth_domain, credential.client_id, "", "", secret)
        if secret:
            # RingCentral documents no secret in the form; without one, there is nothing to put in a header.
            self.token_auth_method = "client_secret_basic"  # noqa: S105
        self._name = credential.name
        self.use_server(DEFAULT_SERVER)

    @property
    @override
    def name(self) -> str:
        """What the user called the app."""
        return self._name or self.client_id

    @override
    async def async_resolve_external_data(self, external_data: Any) -> dict[str, Any]:
        """Exchange the code for tokens; what is no answer of the token endpoint is a failure like others."""
        try:
            reply = await super().async_resolve_external_data(external_data)
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise OAuth2TokenRequestConnectionError(domain=DOMAIN)
        return reply

    def use_server(self, server: str) -> None:
        """Begin to log in at a server, as ``https://platform.ringcentral.com``."""
        self.authorize_url = f"{server}/restapi/oauth/authorize"
        self.token_url = f"{server}/restapi/oauth/token"
        self.code_verifier = self.generate_code_verifier()


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> RingCentralImplementation:
    """Return what logs in with these credentials."""
    return RingCentralImplementation(hass, auth_domain, credential)


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return the addresses that the dialog for the app's credentials names."""
    return browser_placeholders(hass)


def browser_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return what texts about an app for the browser name."""
    address = redirect_uri(hass)
    return {
        "console_url": CONSOLE_URL,
        "guide_url": GUIDE_URL,
        "preset_url": new_app_url(address),
        "redirect_uri": address,
    }


def redirect_uri(hass: HomeAssistant) -> str:
    """Return the address to register in the app: where the browser comes back to."""
    try:
        return async_get_redirect_uri(hass)
    except RuntimeError:
        pass  # Nobody's browser asks.
    try:
        return f"{get_url(hass, prefer_external=True)}{AUTH_CALLBACK_PATH}"
    except NoURLAvailableError:
        return AUTH_CALLBACK_PATH

"""Where RingCentral can post events to: this Home Assistant's own public address, or one at its cloud."""

from collections.abc import Mapping
from contextlib import suppress
import logging
from typing import Any

from hass_nabucasa import NabuCasaBaseError
from homeassistant.components import cloud, webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID, EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.network import NoURLAvailableError, get_url
from yarl import URL

from ..api.errors import WebhookUnusableError
from ..api.transport import is_loopback
from ..const import CONF_CLOUDHOOK_URL

_LOGGER = logging.getLogger(__package__)

NO_ADDRESS = "webhook_no_address"
REFUSED = "webhook_refused"

_CLOUD_ERRORS = (cloud.CloudNotAvailable, NabuCasaBaseError, TimeoutError, ValueError)


class WebhookAddresses:
    """The addresses of an entry's webhook, the best first, without those that RingCentral has refused."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, webhook_id: str) -> None:
        """Initialize with nothing refused."""
        self._hass = hass
        self._entry = entry
        self._webhook_id = webhook_id
        # With RingCentral's codes, the newest last.
        self._refused: dict[str, str | None] = {}
        self._is_asking_cloud = False

    async def choose(self) -> str:
        """Return the best address that has not been refused; raises :class:`WebhookUnusableError` if there is none."""
        public = _public_address(self._hass, self._webhook_id)
        if public is not None and public not in self._refused:
            return public
        cloudhook = await self._find_cloudhook()
        if cloudhook is not None and cloudhook not in self._refused:
            return cloudhook
        if not self._refused:
            raise WebhookUnusableError("There is no public address", cause=NO_ADDRESS)
        *_, code = self._refused.values()
        # The next attempt tries them all again.
        self._refused.clear()
        raise WebhookUnusableError("RingCentral refuses the address", cause=REFUSED, code=code)

    def refuse(self, address: str, code: str | None) -> None:
        """Handle that RingCentral does not accept an address."""
        self._refused[address] = code

    @callback
    def async_listen(self, on_change: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call back when another address may be the best; the returned callable ends that."""

        @callback
        def handle_change() -> None:
            self._refused.clear()
            on_change()

        @callback
        def handle_core_config(event: Event) -> None:
            if "external_url" in event.data:
                handle_change()

        @callback
        def handle_cloud_connection(state: cloud.CloudConnectionState) -> None:
            if state is cloud.CloudConnectionState.CLOUD_CONNECTED or not cloud.async_active_subscription(self._hass):
                handle_change()

        @callback
        def handle_cloudhook(cloudhook: dict[str, Any] | None) -> None:
            url = cloudhook["cloudhook_url"] if cloudhook else None
            if url != self._entry.data.get(CONF_CLOUDHOOK_URL):
                store_fields(self._hass, self._entry, {CONF_CLOUDHOOK_URL: url})
                if not self._is_asking_cloud:
                    handle_change()

        unsubscribe = [
            self._hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, handle_core_config),
            cloud.async_listen_connection_change(self._hass, handle_cloud_connection),
            cloud.async_listen_cloudhook_change(self._hass, self._webhook_id, handle_cloudhook),
        ]

        @callback
        def stop() -> None:
            for stop_listening in unsubscribe:
                stop_listening()

        return stop

    async def _find_cloudhook(self) -> str | None:
        """Return the address at Home Assistant's cloud, made if there is none yet."""
        if not cloud.async_active_subscription(self._hass):
            return None
        known: str | None = self._entry.data.get(CONF_CLOUDHOOK_URL)
        if known is not None:
            return known
        self._is_asking_cloud = True
        try:
            made = await cloud.async_get_or_create_cloudhook(self._hass, self._webhook_id)
        except _CLOUD_ERRORS as error:
            _LOGGER.debug("Home Assistant Cloud gave no address: %s", type(error).__name__)
            return None
        finally:
            self._is_asking_cloud = False
        store_fields(self._hass, self._entry, {CONF_CLOUDHOOK_URL: made})
        return made


@callback
def may_have_address(hass: HomeAssistant) -> bool:
    """Return whether RingCentral could reach a webhook here."""
    return _public_address(hass, "") is not None or cloud.async_active_subscription(hass)


async def async_forget_cloudhook(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the address at Home Assistant's cloud, if there is one."""
    if entry.data.get(CONF_CLOUDHOOK_URL) is not None:
        with suppress(*_CLOUD_ERRORS):
            await cloud.async_delete_cloudhook(hass, entry.data[CONF_WEBHOOK_ID])


@callback
def store_fields(hass: HomeAssistant, entry: ConfigEntry, fields: Mapping[str, str | None]) -> None:
    """Keep fields in the entry's data; ``None`` removes one."""
    data = {**entry.data, **fields}
    hass.config_entries.async_update_entry(
        entry, data={name: value for name, value in data.items() if name not in fields or value is not None}
    )


def _public_address(hass: HomeAssistant, webhook_id: str) -> str | None:
    """Return the address at the external URL, or else at the cloud's remote one; RingCentral asks for HTTPS.

    The remote one comes before the cloud's hook, since the hook passes no header on that the handshake needs.
    """
    for require_ssl in (False, True):
        with suppress(NoURLAvailableError):
            url = URL(get_url(hass, allow_internal=False, require_ssl=require_ssl, prefer_external=True))
            if url.scheme == "https" or is_loopback(url):
                return f"{str(url).rstrip('/')}{webhook.async_generate_path(webhook_id)}"
    return None

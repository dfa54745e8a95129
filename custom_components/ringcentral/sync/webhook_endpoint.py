"""Where RingCentral posts events to: this Home Assistant's webhook, its address and its secrets."""

from collections.abc import Callable
from contextlib import suppress
import secrets

from aiohttp.hdrs import METH_POST
from aiohttp.web import Request, Response
from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..api.client import RingCentralClient
from ..api.errors import RingCentralError
from ..api.webhook_subscription import Receive, find_subscriptions
from ..const import CONF_CLOUDHOOK_URL, CONF_VERIFICATION_TOKEN, DOMAIN
from .webhook_address import WebhookAddresses, async_forget_cloudhook, store_fields


class WebhookEndpoint:
    """The endpoint of an entry's webhook subscription (:class:`~..api.webhook_subscription.Endpoint`)."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize with the entry's secrets, made once for an entry; nothing is received before :meth:`listen`."""
        self._hass = hass
        self._entry = entry
        if CONF_WEBHOOK_ID not in entry.data or CONF_VERIFICATION_TOKEN not in entry.data:
            made = {CONF_WEBHOOK_ID: webhook.async_generate_id(), CONF_VERIFICATION_TOKEN: secrets.token_urlsafe(32)}
            store_fields(hass, entry, made)
        self.verification_token: str = entry.data[CONF_VERIFICATION_TOKEN]
        self._webhook_id: str = entry.data[CONF_WEBHOOK_ID]
        self._addresses = WebhookAddresses(hass, entry, self._webhook_id)

    @property
    def is_closing(self) -> bool:
        """Whether Home Assistant stops."""
        return self._hass.is_stopping

    async def choose(self) -> str:
        """Return the best address that was not refused; raises :class:`WebhookUnusableError` if there is none."""
        return await self._addresses.choose()

    def refuse(self, address: str, code: str | None) -> None:
        """Handle that RingCentral does not accept an address."""
        self._addresses.refuse(address, code)

    def owns(self, address: str) -> bool:
        """Return whether an address holds the entry's secret."""
        return _owns(self._entry, address)

    def listen(
        self, receive: Receive, deliver: Callable[[bytes], None], on_change: Callable[[], None]
    ) -> CALLBACK_TYPE:
        """Register the webhook, and follow changes of its address."""

        async def handle(hass: HomeAssistant, webhook_id: str, request: Request) -> Response:
            """Answer a request; what it brought is worked on after the answer."""
            receipt = await receive(request.headers, request.content)
            if receipt.payload is not None:
                hass.loop.call_soon(deliver, receipt.payload)
            return Response(headers=dict(receipt.headers), content_type="application/json")

        webhook.async_register(
            self._hass, DOMAIN, self._entry.title, self._webhook_id, handle, allowed_methods=[METH_POST]
        )
        stop_following = self._addresses.async_listen(on_change)

        @callback
        def unlisten() -> None:
            webhook.async_unregister(self._hass, self._webhook_id)
            stop_following()

        return unlisten


async def async_forget_webhook(hass: HomeAssistant, entry: ConfigEntry, client: RingCentralClient) -> None:
    """Delete what an entry's webhook has left at RingCentral and at Home Assistant's cloud."""
    if CONF_WEBHOOK_ID not in entry.data:
        return
    with suppress(RingCentralError):  # It would expire within days.
        for subscription in await find_subscriptions(client, lambda address: _owns(entry, address)):
            await client.delete_subscription(subscription.id)
    await async_forget_cloudhook(hass, entry)
    if hass.config_entries.async_get_entry(entry.entry_id) is entry:
        store_fields(hass, entry, dict.fromkeys((CONF_WEBHOOK_ID, CONF_VERIFICATION_TOKEN, CONF_CLOUDHOOK_URL)))


def _owns(entry: ConfigEntry, address: str) -> bool:
    path = webhook.async_generate_path(entry.data[CONF_WEBHOOK_ID])
    return address.endswith(path) or address == entry.data.get(CONF_CLOUDHOOK_URL)

"""What dashboard cards ask of voicemails: all of them, whenever they change, and what was said in one."""

from typing import Any

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import RingCentralConfigEntry, RingCentralCoordinator
from ..live_command import async_follow_entries
from ..targets import VOICEMAILS, async_find_extension, may_use
from .bus import describe_voicemail


@callback
def async_register_voicemail_commands(hass: HomeAssistant) -> None:
    """Register the commands, once in a run."""
    websocket_api.async_register_command(hass, _subscribe_voicemails)
    websocket_api.async_register_command(hass, _read_transcription)


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/voicemails"})
@callback
def _subscribe_voicemails(hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
    """Send the mailboxes of all logins that the user may see, and each of them again when it has changed.

    Each event has ``mailboxes``: per mailbox its ``device_id``, whether it is ``available`` and ``can_edit``, how many
    are ``unread``, and the ``voicemails``, the newest first, as events have them, with ``read`` and
    ``media_content_id``.
    """

    @callback
    def send(entry: RingCentralConfigEntry) -> None:
        if (mailbox := _describe(hass, connection, entry.runtime_data)) is not None:
            connection.send_message(websocket_api.event_message(msg["id"], {"mailboxes": [mailbox]}))

    connection.subscriptions[msg["id"]] = async_follow_entries(
        hass, lambda coordinator: coordinator.voicemail.async_listen, send
    )
    connection.send_result(msg["id"])
    entries: list[RingCentralConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    mailboxes = [found for entry in entries if (found := _describe(hass, connection, entry.runtime_data)) is not None]
    connection.send_message(websocket_api.event_message(msg["id"], {"mailboxes": mailboxes}))


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/voicemail_transcription",
        vol.Required("device_id"): str,
        vol.Required("voicemail_id"): str,
    }
)
@websocket_api.async_response
async def _read_transcription(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]
) -> None:
    """Return the ``transcription`` of a voicemail, or ``None`` where there is none or none may be shown."""
    phone = async_find_extension(hass, msg["device_id"])
    is_own = phone is not None and phone.extension.id == phone.coordinator.login_id
    if (
        phone is None
        or not is_own
        or not may_use(connection.user, phone.coordinator, phone.extension.id, POLICY_READ, [VOICEMAILS])
    ):
        connection.send_error(msg["id"], websocket_api.ERR_NOT_FOUND, "There is no such mailbox")
        return
    voicemail = await phone.coordinator.voicemail.async_transcribe(msg["voicemail_id"])
    if voicemail is None:
        connection.send_error(msg["id"], websocket_api.ERR_NOT_FOUND, "This voicemail is no longer there")
        return
    connection.send_result(msg["id"], {"transcription": voicemail.transcription})


def _describe(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, coordinator: RingCentralCoordinator
) -> dict[str, Any] | None:
    """Return a login's mailbox, or ``None`` if there is none or the user may not see it."""
    box, device = coordinator.voicemail, coordinator.watchlist.device(coordinator.login_id)
    if device is None or not box.is_granted:
        return None
    if not may_use(connection.user, coordinator, coordinator.login_id, POLICY_READ, [VOICEMAILS]):
        return None
    entry_id = coordinator.entry.entry_id
    return {
        "device_id": device.id,
        "available": box.is_available,
        "can_edit": box.can_edit,
        "unread": box.unread,
        "voicemails": [
            {
                **describe_voicemail(one),
                "read": one.is_read,
                "media_content_id": f"media-source://{DOMAIN}/{entry_id}/{one.id}" if one.audio is not None else None,
            }
            for one in box.voicemails
        ],
    }

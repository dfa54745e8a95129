"""What dashboard cards ask of voicemails: all of them, whenever they change, and what was said in one."""

from typing import Any, NamedTuple

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import RingCentralCoordinator
from ..live_command import async_send_changes
from ..targets import VOICEMAILS, async_find_extension, may_use
from .bus import describe_voicemail
from .mailbox import Voicemail


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
    def find(coordinator: RingCentralCoordinator) -> dict[str, _Known]:
        return _find(connection, coordinator)

    async_send_changes(
        hass,
        connection,
        msg["id"],
        name="mailboxes",
        listen=lambda coordinator: coordinator.voicemail.async_listen,
        find=find,
        is_pending=lambda coordinator: coordinator.voicemail.is_pending,
        describe=_describe,
        gone={"available": False, "can_edit": False, "unread": 0, "voicemails": []},
    )


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


class _Known(NamedTuple):
    is_available: bool
    can_edit: bool
    voicemails: tuple[Voicemail, ...]


def _find(connection: websocket_api.ActiveConnection, coordinator: RingCentralCoordinator) -> dict[str, _Known]:
    """Return a login's mailbox by device, if there is one that the user may see."""
    box, device = coordinator.voicemail, coordinator.watchlist.device(coordinator.login_id)
    if device is None or not box.is_granted:
        return {}
    if not may_use(connection.user, coordinator, coordinator.login_id, POLICY_READ, [VOICEMAILS]):
        return {}
    return {device.id: _Known(box.is_available, box.can_edit, tuple(box.voicemails))}


@callback
def _describe(coordinator: RingCentralCoordinator, device_id: str, known: _Known) -> dict[str, Any]:
    entry_id = coordinator.entry.entry_id
    return {
        "device_id": device_id,
        "available": known.is_available,
        "can_edit": known.can_edit,
        "unread": sum(not one.is_read for one in known.voicemails),
        "voicemails": [
            {
                **describe_voicemail(one),
                "read": one.is_read,
                "media_content_id": f"media-source://{DOMAIN}/{entry_id}/{one.id}" if one.audio is not None else None,
            }
            for one in known.voicemails
        ],
    }

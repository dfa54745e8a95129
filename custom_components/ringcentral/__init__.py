"""RingCentral presence: extensions of an office phone system as live devices."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType
from homeassistant.setup import async_when_setup
import msgspec

from .api.account import Token
from .api.errors import PermissionMissingError, RingCentralError
from .assist.sentences import async_offer_sentences
from .calls import numbers
from .calls.bus import async_report_calls
from .calls.commands import async_register_commands
from .calls.missed import async_forget_missed_calls
from .const import CONF_COMPANY, CONF_TOKEN, DOMAIN, MANUFACTURER
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .dashboard import async_load_cards, async_serve_cards, async_unload_cards
from .dialogs.login import async_end_session, async_get_app, create_client
from .entity_limit import async_follow_entity_limit
from .errors import as_set_up_error
from .history.commands import async_register_history_commands
from .history.store import HistoryStore
from .ids import account_identifier, extension_of
from .issues import (
    async_clear_issues,
    async_report_missing_permission,
    async_report_refresh_tokens,
    async_report_unreadable_files,
)
from .services import async_register_actions
from .storage import async_remove_orphans
from .sync.editor import async_forget_temporary_presence
from .sync.webhook_endpoint import async_forget_webhook
from .trigger.status_changes import async_report_status_changes
from .voicemail.actions import async_register_voicemail_actions
from .voicemail.bus import async_emit_voicemail_events
from .voicemail.commands import async_register_voicemail_commands
from .voicemail.store import VoicemailStore

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TEXT,
]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions, so that automations which use them are valid while no entry is loaded, and the cards."""
    await hass.async_add_import_executor_job(numbers.load)
    await async_remove_orphans(hass)
    async_register_actions(hass)
    async_register_commands(hass)
    async_register_history_commands(hass)
    async_register_voicemail_actions(hass)
    async_register_voicemail_commands(hass)
    async_when_setup(hass, "conversation", async_offer_sentences)
    await async_serve_cards(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: RingCentralConfigEntry) -> None:
    """Log in, read the extensions' presence, make the devices, then listen."""

    @callback
    def store_token(token: Token | None) -> None:
        data = {**entry.data, CONF_TOKEN: msgspec.to_builtins(token)}
        hass.config_entries.async_update_entry(entry, data=data)
        async_report_refresh_tokens(hass, entry, token)

    client = create_client(hass, await async_get_app(hass, entry), entry.data, store_token)
    async_report_refresh_tokens(hass, entry, client.auth.token)
    coordinator = RingCentralCoordinator(hass, entry, client)

    async def stop(_: Event) -> None:
        await coordinator.async_stop()

    # Entries are not unloaded when Home Assistant stops, but a subscription would live on for a day. One that listens
    # once would be gone when a set-up that this breaks off removes it.
    entry.async_on_unload(hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, stop))
    try:
        await coordinator.async_set_up()
    except RingCentralError as error:
        await coordinator.async_stop()
        if isinstance(error, PermissionMissingError):
            async_report_missing_permission(hass, entry, error)
        raise as_set_up_error(error) from error
    except BaseException:
        await coordinator.async_stop()
        raise
    finally:
        async_report_unreadable_files(hass, entry, coordinator.unreadable_files)
    entry.runtime_data = coordinator
    _register_account_device(hass, entry)
    _remove_stale_devices(hass, entry)
    try:
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        await coordinator.watchlist.async_add_all()
    except BaseException:
        await coordinator.async_stop()
        raise

    entry.async_on_unload(async_follow_entity_limit(hass, coordinator))
    entry.async_on_unload(async_report_calls(hass, coordinator))
    entry.async_on_unload(async_report_status_changes(hass, coordinator))
    entry.async_on_unload(async_emit_voicemail_events(hass, coordinator))
    coordinator.async_start()
    await async_load_cards(hass)


async def async_unload_entry(hass: HomeAssistant, entry: RingCentralConfigEntry) -> None:
    """Close the link and delete its subscription; the OAuth session is kept for the next start."""
    await hass.config_entries.async_unload_platforms_or_raise(entry, PLATFORMS)
    await entry.runtime_data.async_stop()
    async_clear_issues(hass, entry)


async def async_remove_entry(hass: HomeAssistant, entry: RingCentralConfigEntry) -> None:
    """Delete the webhook and end the OAuth session, so that nothing stays behind at RingCentral."""
    async_clear_issues(hass, entry)
    await async_forget_missed_calls(hass, entry.entry_id)
    await HistoryStore(hass, entry.entry_id).async_remove()
    await VoicemailStore(hass, entry.entry_id).async_remove()
    await async_forget_temporary_presence(hass, entry.entry_id)
    if not hass.config_entries.async_entries(DOMAIN):
        await async_unload_cards(hass)
    await async_end_session(hass, entry, lambda client: async_forget_webhook(hass, entry, client))


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: RingCentralConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let the user remove the device of an extension that is no longer watched."""
    if entry.state is not ConfigEntryState.LOADED:
        return True
    return not _is_in_use(device, entry.runtime_data)


def _is_in_use(device: dr.DeviceEntry, coordinator: RingCentralCoordinator) -> bool:
    """Return whether it is the account's device or that of an extension which is watched."""
    extension_id = extension_of(device)
    return extension_id is None or extension_id in coordinator.extensions


def _register_account_device(hass: HomeAssistant, entry: RingCentralConfigEntry) -> None:
    """Make the device that the extensions' devices hang on."""
    company = entry.data.get(CONF_COMPANY)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={account_identifier(entry.runtime_data.login_id)},
        manufacturer=MANUFACTURER,
        model="Account",
        entry_type=dr.DeviceEntryType.SERVICE,
        # Not after whoever logged in: device pickers find each phone by this name, too.
        **({"name": company} if company else {"translation_key": "account"}),
    )


def _remove_stale_devices(hass: HomeAssistant, entry: RingCentralConfigEntry) -> None:
    """Remove extensions that are gone or no longer chosen, once the lists have been read completely."""
    if entry.runtime_data.watchlist.roster.missing:
        return
    devices = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
        if not _is_in_use(device, entry.runtime_data):
            devices.async_remove_device(device.id)

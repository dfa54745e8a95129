"""Voicemails in the media browser, to be played on any media player."""

from typing import override

from homeassistant.components.media_player import BrowseError, MediaClass, MediaType
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .calls.wording import describe_seconds, name_caller
from .const import DOMAIN
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .voicemail.mailbox import Voicemail
from .voicemail.playback import VIEW_URL, VoicemailView, find_coordinator, playable_type


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Set up the media source, and what its recordings are fetched from."""
    hass.http.register_view(VoicemailView)
    return VoicemailSource(hass)


class VoicemailSource(MediaSource):
    """The voicemails of all logins: ``entry_id`` is a mailbox, ``entry_id/voicemail_id`` a recording."""

    name = "RingCentral voicemail"

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize for one Home Assistant."""
        super().__init__(DOMAIN)
        self._hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the address of a recording in Home Assistant; who plays it gets a signed one."""
        entry_id, _, voicemail_id = item.identifier.partition("/")
        coordinator = find_coordinator(self._hass, entry_id)
        voicemail = coordinator.voicemail.get(voicemail_id) if coordinator is not None else None
        if voicemail is None or voicemail.audio is None:
            raise Unresolvable(
                translation_domain=DOMAIN,
                translation_key="voicemail_gone",
                translation_placeholders={"voicemail_id": voicemail_id},
            )
        url = VIEW_URL.format(entry_id=entry_id, voicemail_id=voicemail.id)
        return PlayMedia(url, playable_type(voicemail.audio_type))

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return the mailboxes, or the voicemails of one; a single mailbox needs no choice."""
        mailboxes = self._mailboxes()
        if not item.identifier and len(mailboxes) != 1:
            return _folder("", self.name, [_mailbox(one) for one in mailboxes])
        entry_id = item.identifier or mailboxes[0].entry.entry_id
        found = next((one for one in mailboxes if one.entry.entry_id == entry_id), None)
        if found is None:
            raise BrowseError(
                translation_domain=DOMAIN,
                translation_key="voicemail_gone",
                translation_placeholders={"voicemail_id": item.identifier},
            )
        playable = [one for one in found.voicemail.voicemails if one.audio is not None]
        name = self.name if not item.identifier else found.entry.title
        return _folder(item.identifier, name, [_recording(found, one) for one in playable])

    def _mailboxes(self) -> list[RingCentralCoordinator]:
        entries: list[RingCentralConfigEntry] = self._hass.config_entries.async_loaded_entries(DOMAIN)
        return [entry.runtime_data for entry in entries if entry.runtime_data.voicemail.is_granted]


def _folder(identifier: str, title: str, children: list[BrowseMediaSource]) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier,
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaType.MUSIC,
        title=title,
        can_play=False,
        can_expand=True,
        children_media_class=MediaClass.MUSIC,
        children=children,
    )


def _mailbox(coordinator: RingCentralCoordinator) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=coordinator.entry.entry_id,
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaType.MUSIC,
        title=coordinator.entry.title,
        can_play=False,
        can_expand=True,
    )


def _recording(coordinator: RingCentralCoordinator, voicemail: Voicemail) -> BrowseMediaSource:
    """Return a recording by who spoke, when, and for how long."""
    at = dt_util.as_local(dt_util.utc_from_timestamp(voicemail.at))
    parts = [
        name_caller(voicemail.name, voicemail.number, is_withheld=voicemail.is_withheld),
        at.strftime("%Y-%m-%d %H:%M"),
    ]
    if voicemail.duration is not None:
        parts.append(describe_seconds(voicemail.duration))
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=f"{coordinator.entry.entry_id}/{voicemail.id}",
        media_class=MediaClass.MUSIC,
        media_content_type=playable_type(voicemail.audio_type),
        title=", ".join(parts),
        can_play=True,
        can_expand=False,
    )

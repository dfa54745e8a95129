"""Which extensions an entry watches, and the event filters that cover them."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
import re
from typing import Any

from ..api.account import EXTENSION_TYPES_OF_PHONES, PARK_LOCATION, Extension
from ..api.client import RingCentralClient
from ..api.errors import PermissionMissingError, RequestRejectedError
from ..api.filters import (
    account_presence_filter,
    extension_list_filter,
    favorite_list_filter,
    favorite_presence_filter,
    line_list_filter,
    line_presence_filter,
    presence_filter,
)
from ..const import CONF_EXTENSIONS, CONF_WATCH, WATCH_ACCOUNT, WATCH_CHOSEN, WATCH_FAVORITES, WATCH_LINES, WATCH_OWN

# Statuses of extensions that somebody can use.
_USABLE_STATUSES = frozenset({None, "Enabled"})

# RingCentral's names of extension types that differ from what its users call them in more than their spelling.
_MODELS = {"Department": "Call queue", "IvrMenu": "IVR menu", "User": "User extension"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedExtension:
    """An extension whose presence is followed; ``id`` is RingCentral's, ``number`` the short one that people dial.

    ``has_presence`` says that it is a phone: REST knows its presence. ``has_events`` says that it can be subscribed to
    by itself: phones and park locations. Of call queues, groups and the like only calls are known, and these only as
    monitored lines. ``is_usable`` is false while an extension that was watched is disabled; it may come back.
    """

    id: str
    number: str | None
    name: str
    type: str | None
    has_presence: bool = True
    has_events: bool = True
    is_usable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The watched extensions by id, each once, and by which of the choices they came.

    ``missing`` are the refusals for which some choice brought nobody (belief 9).
    """

    extensions: Mapping[str, WatchedExtension]
    lines: frozenset[str] = frozenset()
    favorites: frozenset[str] = frozenset()
    missing: tuple[PermissionMissingError | RequestRejectedError, ...] = ()

    @property
    def usable(self) -> frozenset[str]:
        """The ids of those that are not disabled."""
        return frozenset(extension.id for extension in self.extensions.values() if extension.is_usable)


def as_watched(extension: Extension, *, is_own: bool = False) -> WatchedExtension:
    """Return what this integration keeps of an extension; the login's own has presence whatever its type."""
    extension_id = str(extension.id)
    return WatchedExtension(
        id=extension_id,
        number=extension.extension_number,
        name=extension.name or extension.extension_number or extension_id,
        type=extension.type,
        has_presence=is_own or is_phone(extension),
        has_events=is_own or has_events(extension),
        is_usable=extension.status in _USABLE_STATUSES,
    )


def model_of(extension: WatchedExtension) -> str | None:
    """Return what kind of extension it is, in its users' words."""
    if extension.type is None:
        return None
    # "ParkLocation" is a park location.
    return _MODELS.get(extension.type) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", extension.type).capitalize()


def is_phone(extension: Extension) -> bool:
    """Return whether an extension is a phone, a person's or a room's; one without a type is taken for one."""
    return extension.type is None or extension.type in EXTENSION_TYPES_OF_PHONES


def has_events(extension: Extension) -> bool:
    """Return whether an extension has presence events of its own."""
    return is_phone(extension) or extension.type == PARK_LOCATION


def is_watchable(extension: Extension) -> bool:
    """Return whether an extension can be chosen: it is in use and has events."""
    return has_events(extension) and extension.status in _USABLE_STATUSES


# Extensions that are looked at before anything else gets its turn.
_READ_AT_ONCE = 500


def choices(options: Mapping[str, Any]) -> frozenset[str]:
    """Return what is to be watched, as the ``WATCH_...`` words."""
    return frozenset(options.get(CONF_WATCH, (WATCH_OWN,)))


async def async_load_roster(
    client: RingCentralClient,
    login: Extension,
    options: Mapping[str, Any],
    *,
    known: Collection[str] = (),
    former: Roster | None = None,
) -> Roster:
    """Return the watched extensions, the login's own first if it is among them.

    Disabled ones are left out, unless they are ``known``: they keep their place until they come back or are removed.
    A list that is refused is taken to hold what it held in the ``former`` roster.
    """
    watch = choices(options)
    if watch == {WATCH_OWN}:
        own = as_watched(login, is_own=True)
        return Roster(extensions={own.id: own})
    everyone = {str(extension.id): extension for extension in await client.list_extensions()}
    lines, favorites, missing = await _load_lists(client, watch, former)
    own_id = str(login.id)
    lines -= {own_id}
    chosen = set(lines | favorites)
    if WATCH_OWN in watch:
        chosen.add(own_id)
    if WATCH_CHOSEN in watch:
        chosen.update(options.get(CONF_EXTENSIONS, ()))
    watched = []
    for number, (extension_id, extension) in enumerate(everyone.items()):
        if number % _READ_AT_ONCE == 0:
            await asyncio.sleep(0)
        one = as_watched(extension, is_own=extension_id == own_id)
        is_meant = (
            # Whatever the user monitors; of some only this brings calls (reference 3).
            extension_id in lines
            or (one.has_events and extension_id in chosen)
            or (one.has_presence and WATCH_ACCOUNT in watch)
        )
        if is_meant and (one.is_usable or extension_id in known):
            watched.append(one)
    watched.sort(key=lambda extension: extension.id != own_id)
    return Roster(
        extensions={extension.id: extension for extension in watched},
        lines=lines,
        favorites=favorites,
        missing=missing,
    )


async def _load_lists(
    client: RingCentralClient, watch: Collection[str], former: Roster | None
) -> tuple[frozenset[str], frozenset[str], tuple[PermissionMissingError | RequestRejectedError, ...]]:
    """Return the ids of monitored lines and of favorites, and the errors of what can no longer be read."""
    missing: list[PermissionMissingError | RequestRejectedError] = []
    lines = former.lines if former is not None else frozenset()
    favorites = former.favorites if former is not None else frozenset()
    if WATCH_LINES in watch:
        try:
            listed = await client.list_presence_lines()
        except (PermissionMissingError, RequestRejectedError) as error:
            missing.append(error)
        else:
            lines = frozenset(str(line.extension.id) for line in listed if line.extension is not None)
    if WATCH_FAVORITES in watch:
        try:
            contacts = await client.list_favorites()
        except (PermissionMissingError, RequestRejectedError) as error:
            missing.append(error)
        else:
            favorites = frozenset(str(one.extension_id) for one in contacts if one.extension_id is not None)
    return lines, favorites, tuple(missing)


def uncovered_extensions(
    options: Mapping[str, Any], roster: Roster, refused: Collection[str], *, is_account_filter_refused: bool = False
) -> frozenset[str]:
    """Return the watched extensions of which no events come while these of :func:`event_filters` are refused."""
    paths = {event_filter.partition("?")[0] for event_filter in refused}
    covered: set[str] = set()
    # RingCentral lists refused filters with the ids of account and extension in the place of "~".
    if not any(path.endswith("/presence/line/presence") for path in paths):
        covered |= roster.lines
    if not any(path.endswith("/favorite/presence") for path in paths):
        covered |= roster.favorites
    if WATCH_ACCOUNT in choices(options) and not is_account_filter_refused:
        covered.update(extension.id for extension in roster.extensions.values() if extension.has_presence)
    return frozenset(
        extension_id
        for extension_id, extension in roster.extensions.items()
        if (_is_in_group(extension, roster) and extension_id not in covered)
        or any(path.endswith(f"/extension/{extension_id}/presence") for path in paths)
    )


def _is_in_group(extension: WatchedExtension, roster: Roster) -> bool:
    """Return whether the filter of monitored lines or of favorites brings an extension's events.

    Nothing says that favorites bring those of park locations.
    """
    return extension.id in roster.lines or (extension.has_presence and extension.id in roster.favorites)


def event_filters(
    options: Mapping[str, Any], roster: Roster, *, is_account_filter_refused: bool = False
) -> tuple[str, ...]:
    """Return the event filters that bring the presence of the watched extensions, and changes of the lists."""
    watch = choices(options)
    covers_account = WATCH_ACCOUNT in watch and not is_account_filter_refused
    filters: list[str] = []
    if covers_account:
        filters.append(account_presence_filter())
    # Calls of queues come by this one alone.
    if WATCH_LINES in watch:
        filters += [line_presence_filter(), line_list_filter()]
    if WATCH_FAVORITES in watch:
        filters += [] if covers_account else [favorite_presence_filter()]
        filters.append(favorite_list_filter())
    filters += [
        presence_filter(extension.id)
        for extension in roster.extensions.values()
        if extension.is_usable
        and extension.has_events
        and not _is_in_group(extension, roster)
        # Nothing says that the filter of the account brings the events of park locations.
        and not (covers_account and extension.has_presence)
    ]
    if watch != {WATCH_OWN}:
        filters.append(extension_list_filter())
    return tuple(filters)

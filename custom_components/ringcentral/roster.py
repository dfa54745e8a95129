"""Which extensions an entry watches, and the event filters that cover them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .api.client import RingCentralClient
from .api.filters import account_presence_filter, extension_list_filter, presence_filter
from .api.models import EXTENSION_TYPES_WITHOUT_PRESENCE, Extension
from .const import CONF_EXTENSIONS, CONF_WATCH, WATCH_ACCOUNT, WATCH_CHOSEN, WATCH_OWN

# Statuses of extensions that somebody can use.
_USABLE_STATUSES = frozenset({None, "Enabled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedExtension:
    """An extension whose presence is followed; ``id`` is RingCentral's, ``number`` the short one that people dial."""

    id: str
    number: str | None
    name: str
    type: str | None


def as_watched(extension: Extension) -> WatchedExtension:
    """Return what this integration keeps of an extension."""
    extension_id = str(extension.id)
    return WatchedExtension(
        id=extension_id,
        number=extension.extension_number,
        name=extension.name or extension.extension_number or extension_id,
        type=extension.type,
    )


def has_presence(extension: Extension) -> bool:
    """Tell whether an extension can have presence: RingCentral gives none for some types (reference 2.1)."""
    return extension.type not in EXTENSION_TYPES_WITHOUT_PRESENCE and extension.status in _USABLE_STATUSES


def needs_extension_list(options: Mapping[str, Any]) -> bool:
    """Tell whether the choice can only be resolved with the account's list of extensions."""
    return bool(options.get(CONF_WATCH, WATCH_OWN) != WATCH_OWN)


async def async_load_roster(
    client: RingCentralClient, login: Extension, options: Mapping[str, Any]
) -> dict[str, WatchedExtension]:
    """Return the watched extensions by id, the login's own first."""
    if not needs_extension_list(options):
        own = as_watched(login)
        return {own.id: own}
    extensions = await client.list_extensions()
    if options[CONF_WATCH] == WATCH_CHOSEN:
        chosen = set(options.get(CONF_EXTENSIONS, ()))
        wanted: Iterable[Extension] = (extension for extension in extensions if str(extension.id) in chosen)
    else:
        wanted = extensions
    watched = [as_watched(extension) for extension in wanted if has_presence(extension)]
    watched.sort(key=lambda extension: extension.id != str(login.id))
    return {extension.id: extension for extension in watched}


def event_filters(
    options: Mapping[str, Any], extension_ids: Iterable[str], *, is_account_filter_refused: bool = False
) -> tuple[str, ...]:
    """Return the event filters that bring the presence of the watched extensions, and changes of the list itself."""
    if options.get(CONF_WATCH) == WATCH_ACCOUNT and not is_account_filter_refused:
        filters = [account_presence_filter()]
    else:
        filters = [presence_filter(extension_id) for extension_id in extension_ids]
    if needs_extension_list(options):
        filters.append(extension_list_filter())
    return tuple(filters)

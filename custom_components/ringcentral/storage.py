"""What is kept on disk: in private files, which are left alone where they can't be read."""

from collections.abc import Container, Mapping
from functools import partial
import logging
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import STORAGE_DIR, Store
import msgspec

from .const import DOMAIN

_LOGGER = logging.getLogger(__package__)

# How long after a change it is kept. In seconds.
_SAVE_DELAY = 5.0

# Files are named after what they hold and the entry that it belongs to, perhaps with an extension's id.
_FILE = re.compile(rf"{DOMAIN}\.[a-z_]+\.(?P<entry_id>[0-9A-Za-z]{{26,32}})(\..+)?")


class GuardedStore[DataT](Store[Mapping[str, Any]]):
    """A file of one shape. One that is damaged, or of a later version, is neither used nor overwritten."""

    def __init__(
        self, hass: HomeAssistant, version: int, name: str, kind: type[DataT], *, may_change: bool = False
    ) -> None:
        """Initialize for data of that kind. What ``may_change`` while it is written is taken down in the event loop."""
        super().__init__(
            hass, version, f"{DOMAIN}.{name}", private=True, atomic_writes=True, serialize_in_event_loop=may_change
        )
        self.is_unreadable = False
        self._kind = kind
        self._is_due = False

    async def async_read(self) -> DataT | None:
        """Return what is kept; ``None`` if that is nothing, or nothing that can be read."""
        try:
            kept = await self.async_load()
            return msgspec.convert(kept, self._kind) if kept is not None else None
        # Whatever is wrong with a file, phones are more important.
        except Exception as error:  # noqa: BLE001
            _LOGGER.warning("The file %s can't be read and is left as it is: %s", self.key, type(error).__name__)
            self.make_read_only()
            self.is_unreadable = True
            return None

    async def async_keep(self, data: DataT) -> None:
        """Keep that, now; while Home Assistant stops, together with all else."""
        # What was to be kept soon is among it.
        self._is_due = False
        await self.async_save(msgspec.to_builtins(data, order="deterministic"))

    @callback
    def keep_soon(self, data: DataT) -> None:
        """Keep that as it will be then, within seconds, however often it changes until then."""
        if self._is_due:
            return
        self._is_due = True
        self.async_delay_save(partial(self._as_kept, data), _SAVE_DELAY)

    def _as_kept(self, data: DataT) -> Mapping[str, Any]:
        # What changes from now on is not in the file yet.
        self._is_due = False
        kept: Mapping[str, Any] = msgspec.to_builtins(data, order="deterministic")
        return kept


class KeptData[DataT]:
    """Data of one entry that changes in place, with the file that it is kept in."""

    def __init__(self, hass: HomeAssistant, version: int, name: str, kind: type[DataT]) -> None:
        """Begin without anything; :meth:`async_load` brings what was kept."""
        self.known = kind()
        self._kind = kind
        self._store = GuardedStore(hass, version, name, kind, may_change=True)

    @property
    def unreadable(self) -> list[str]:
        """The names of the files that can't be read."""
        return [self._store.key] if self._store.is_unreadable else []

    async def async_load(self) -> None:
        """Read what was kept."""
        self.known = await self._store.async_read() or self._kind()

    @callback
    def save_soon(self) -> None:
        """Keep what there is, with what follows within seconds."""
        self._store.keep_soon(self.known)

    async def async_save(self) -> None:
        """Keep what there is, now."""
        await self._store.async_keep(self.known)

    async def async_remove(self) -> None:
        """Forget everything, when the entry is removed."""
        await self._store.async_remove()


async def async_remove_orphans(hass: HomeAssistant) -> None:
    """Remove the files of entries that are gone: they were deleted while the integration was not installed."""
    known = {entry.entry_id for entry in hass.config_entries.async_entries(DOMAIN)}
    await hass.async_add_executor_job(_remove_orphans, Path(hass.config.path(STORAGE_DIR)), known)


def _remove_orphans(folder: Path, known: Container[str]) -> None:
    for path in folder.glob(f"{DOMAIN}.*"):
        found = _FILE.fullmatch(path.name)
        if found is not None and found["entry_id"] not in known:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                _LOGGER.warning("The file %s can't be removed: %s", path.name, type(error).__name__)

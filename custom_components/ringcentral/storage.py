"""What is kept on disk: in private files, which are left alone where they can't be read."""

from collections.abc import Mapping
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
import msgspec

from .const import DOMAIN

_LOGGER = logging.getLogger(__package__)


class GuardedStore[DataT](Store[Mapping[str, Any]]):
    """A file of one shape. One that is damaged, or of a later version, is neither used nor overwritten."""

    def __init__(self, hass: HomeAssistant, version: int, name: str, kind: type[DataT]) -> None:
        """Initialize for data of that kind."""
        super().__init__(
            hass, version, f"{DOMAIN}.{name}", private=True, atomic_writes=True, serialize_in_event_loop=False
        )
        self.is_unreadable = False
        self._kind = kind

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
        await self.async_save(msgspec.to_builtins(data))

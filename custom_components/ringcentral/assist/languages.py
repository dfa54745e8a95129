"""The languages in which Home Assistant is spoken to: its own, and those of its voice assistants."""

from collections.abc import Callable, Collection
from typing import Any

from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_when_setup

# The module of voice assistants needs packages that are only there where they are set up, so it is not imported.
_PIPELINES = "assist_pipeline"

_BY_DEFAULT = "en"

# Where neither the language itself nor its first part is the name of ours. Other Chinese is written differently.
_CHINESE = {"zh", "zh-cn", "zh-hans", "zh-sg"}


@callback
def languages_in_use(hass: HomeAssistant, available: Collection[str]) -> set[str]:
    """Return those of the available languages that somebody may speak; English if there is none."""
    spoken = {hass.config.language}
    if (pipelines := hass.data.get(_PIPELINES)) is not None:
        spoken |= {pipeline.conversation_language for pipeline in pipelines.pipeline_store.data.values()}
    found = {match for language in spoken if (match := _match(language, available)) is not None}
    return found or {_BY_DEFAULT}


@callback
def async_follow_languages(hass: HomeAssistant, listener: Callable[[], None]) -> None:
    """Call the listener whenever other languages may be in use."""

    @callback
    def handle_config(_: Event[Any]) -> None:
        listener()

    async def handle_pipeline(*_: object) -> None:
        listener()

    async def follow_pipelines(hass: HomeAssistant, _: str) -> None:
        hass.data[_PIPELINES].pipeline_store.async_add_listener(handle_pipeline)
        listener()

    hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, handle_config)
    async_when_setup(hass, _PIPELINES, follow_pipelines)


def _match(language: str, available: Collection[str]) -> str | None:
    """Return our language for one of Home Assistant's, as ``de`` for ``de-CH``."""
    requested = language.replace("_", "-").casefold()
    if requested in _CHINESE:
        return "zh-Hans"
    first = requested.partition("-")[0]
    same = [one for one in available if one.casefold() == requested]
    alike = [one for one in available if one.casefold().partition("-")[0] == first != "zh"]
    return next(iter(same or alike), None)

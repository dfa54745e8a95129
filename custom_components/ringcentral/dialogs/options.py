"""The dialog that changes what is watched, how much is shown and how events come."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlowWithReload
import voluptuous as vol

from ..api.account import Extension
from ..api.errors import RingCentralError
from ..const import CONF_COMPANY_LOG, CONF_EXTENSIONS, CONF_PRIVACY, CONF_WATCH, WATCH_CHOSEN, WATCH_OWN
from ..coordinator import RingCentralConfigEntry
from ..presence.privacy import Privacy
from ..sync.roster import choices
from .forms import (
    CONNECTION,
    Failure,
    as_failure,
    connection_of,
    connection_schema,
    extensions_schema,
    nothing_chosen,
    privacy_schema,
    show,
    watch_schema,
)


class RingCentralOptionsFlow(OptionsFlowWithReload):
    """Change which extensions are watched, and how events come."""

    def __init__(self) -> None:
        """Begin without the list of extensions."""
        self._extensions: list[Extension] = []
        self._given: dict[str, Any] = {}

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to watch, how much to show, and how events should come."""
        entry: RingCentralConfigEntry = self.config_entry
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        failure = None
        shown: Mapping[str, Any] = entry.options
        if user_input is not None:
            shown = user_input
            self._given = {
                CONF_WATCH: user_input[CONF_WATCH],
                CONF_PRIVACY: str(user_input.get(CONF_PRIVACY, entry.options.get(CONF_PRIVACY, Privacy.SHOWN))),
                # What is not asked for stays as it is.
                **({CONF_COMPANY_LOG: True} if {**entry.options, **user_input}.get(CONF_COMPANY_LOG) else {}),
                **user_input.get(CONNECTION, connection_of(entry.options)),
            }
            watch = choices(self._given)
            failure = nothing_chosen(CONF_WATCH, user_input[CONF_WATCH])
            if failure is None and watch != {WATCH_OWN}:
                failure = await self._async_list_extensions()
            if failure is None and WATCH_CHOSEN in watch:
                return await self.async_step_extensions()
            if failure is None:
                return self.async_create_entry(data=self._given)
        schema = watch_schema(choices(shown)).extend(privacy_schema(shown.get(CONF_PRIVACY, Privacy.SHOWN)).schema)
        if entry.runtime_data.history.is_permitted:
            schema = schema.extend({vol.Required(CONF_COMPANY_LOG, default=shown.get(CONF_COMPANY_LOG, False)): bool})
        connection = shown.get(CONNECTION) or connection_of(entry.options)
        return show(self, "init", schema.extend(connection_schema(connection).schema), failure)

    async def async_step_extensions(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the chosen extensions."""
        entry: RingCentralConfigEntry = self.config_entry
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        known = entry.options.get(CONF_EXTENSIONS, [entry.runtime_data.login_id])
        chosen = known if user_input is None else user_input[CONF_EXTENSIONS]
        failure = nothing_chosen(CONF_EXTENSIONS, chosen)
        if user_input is not None and failure is None:
            return self.async_create_entry(data={**self._given, CONF_EXTENSIONS: chosen})
        return show(self, "extensions", extensions_schema(self._extensions, chosen), failure)

    async def _async_list_extensions(self) -> Failure | None:
        entry: RingCentralConfigEntry = self.config_entry
        try:
            self._extensions = await entry.runtime_data.client.list_extensions()
        except RingCentralError as error:
            return as_failure(error)
        return None

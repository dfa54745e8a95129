"""The dialogs: log in, choose what to watch, log in again, change the login."""

from collections.abc import Mapping
from typing import Any, NamedTuple, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import msgspec
import probatio as vol

from .api.client import RingCentralClient
from .api.errors import (
    ClientCredentialsError,
    PermissionMissingError,
    RateLimitedError,
    RingCentralError,
    UnreachableError,
    UserCredentialsError,
)
from .api.filters import presence_filter
from .api.gateway import prove_push
from .api.models import Extension, Token
from .api.transport import validate_server
from .const import (
    CONF_EXTENSIONS,
    CONF_JWT,
    CONF_SERVER,
    CONF_TOKEN,
    CONF_WATCH,
    DEFAULT_SERVER,
    DOMAIN,
    WATCH_ACCOUNT,
    WATCH_CHOSEN,
    WATCH_OWN,
)
from .coordinator import RingCentralConfigEntry
from .login import create_client
from .roster import has_presence

_ADVANCED = "advanced"
_SECRET_TEXT = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
_URL_TEXT = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))

_CONSOLE_URL = "https://developers.ringcentral.com/my-account.html"


class _Failure(NamedTuple):
    """What to show for an error: a message's key, at a field or the whole form, and what it names."""

    field: str
    key: str
    placeholders: Mapping[str, str] = {}


def _as_failure(error: RingCentralError) -> _Failure:
    """Return the message that helps with an error."""
    if isinstance(error, ClientCredentialsError):
        return _Failure(CONF_CLIENT_SECRET, "invalid_client")
    if isinstance(error, UserCredentialsError):
        return _Failure(CONF_JWT, "invalid_jwt")
    if isinstance(error, PermissionMissingError):
        key = "missing_app_permission" if error.of_app else "missing_user_permission"
        return _Failure("base", key, {"permission": error.permission or "?"})
    if isinstance(error, RateLimitedError):
        return _Failure("base", "rate_limited", {"seconds": f"{error.retry_after:.0f}"})
    if isinstance(error, UnreachableError):
        return _Failure("base", "cannot_connect")
    return _Failure("base", "unexpected_answer", {"code": error.code or type(error).__name__})


def _login_schema(defaults: Mapping[str, Any]) -> vol.Schema:
    server = vol.Required(CONF_SERVER, default=defaults.get(CONF_SERVER, DEFAULT_SERVER))
    return vol.Schema(
        {
            vol.Required(CONF_CLIENT_ID, default=defaults.get(CONF_CLIENT_ID, vol.UNDEFINED)): TextSelector(),
            vol.Required(CONF_CLIENT_SECRET): _SECRET_TEXT,
            vol.Required(CONF_JWT): _SECRET_TEXT,
            vol.Required(_ADVANCED): section(vol.Schema({server: _URL_TEXT}), {"collapsed": True}),
        }
    )


def _watch_schema(chosen: str) -> vol.Schema:
    selector = SelectSelector(
        SelectSelectorConfig(
            options=[WATCH_OWN, WATCH_CHOSEN, WATCH_ACCOUNT], translation_key=CONF_WATCH, mode=SelectSelectorMode.LIST
        )
    )
    return vol.Schema({vol.Required(CONF_WATCH, default=chosen): selector})


def _extensions_schema(extensions: list[Extension], chosen: list[str]) -> vol.Schema:
    options = [
        SelectOptionDict(value=str(extension.id), label=_label(extension))
        for extension in sorted(extensions, key=lambda extension: extension.extension_number or "")
        if has_presence(extension)
    ]
    offered = {option["value"] for option in options}
    selector = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN))
    return vol.Schema(
        {
            vol.Required(CONF_EXTENSIONS, default=[id_ for id_ in chosen if id_ in offered]): vol.All(
                selector, vol.Length(min=1)
            )
        }
    )


def _label(extension: Extension) -> str:
    name = extension.name or str(extension.id)
    return f"{name} ({extension.extension_number})" if extension.extension_number else name


class RingCentralConfigFlow(ConfigFlow, domain=DOMAIN):
    """Log in with a JWT credential, prove it, and choose the extensions to watch."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Begin without a login."""
        self._data: dict[str, Any] = {}
        self._client: RingCentralClient | None = None
        self._login: Extension | None = None
        self._extensions: list[Extension] = []

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: RingCentralConfigEntry) -> RingCentralOptionsFlow:
        """Return the dialog that changes what is watched."""
        return RingCentralOptionsFlow()

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the app's credentials and the user's JWT, and prove that they work."""
        failure = await self._async_log_in(user_input) if user_input is not None else None
        if self._login is None:
            return self._show_login("user", user_input or {}, failure)
        if self.source == SOURCE_RECONFIGURE:
            self._abort_if_unique_id_mismatch(reason="wrong_account")
            return self.async_update_reload_and_abort(self._get_reconfigure_entry(), data_updates=self._data)
        self._abort_if_unique_id_configured()
        return await self.async_step_watch()

    async def async_step_watch(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which extensions to watch."""
        failure = None
        if user_input is not None:
            watch = user_input[CONF_WATCH]
            if watch == WATCH_OWN:
                return self._create({CONF_WATCH: watch})
            failure = await self._async_list_extensions()
            if failure is None:
                return (
                    self._create({CONF_WATCH: watch}) if watch == WATCH_ACCOUNT else await self.async_step_extensions()
                )
        return _show(self, "watch", _watch_schema((user_input or {}).get(CONF_WATCH, WATCH_OWN)), failure)

    async def async_step_extensions(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the chosen extensions."""
        if user_input is not None:
            return self._create({CONF_WATCH: WATCH_CHOSEN, CONF_EXTENSIONS: user_input[CONF_EXTENSIONS]})
        assert self._login is not None  # noqa: S101
        return _show(self, "extensions", _extensions_schema(self._extensions, [str(self._login.id)]))

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin to log in again, because RingCentral refuses the stored login."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new JWT, and the app's secret in case it was changed."""
        entry = self._get_reauth_entry()
        failure = None
        if user_input is not None:
            kept = {CONF_CLIENT_ID: entry.data[CONF_CLIENT_ID], _ADVANCED: {CONF_SERVER: entry.data[CONF_SERVER]}}
            failure = await self._async_log_in({**kept, **user_input})
            if self._login is not None:
                self._abort_if_unique_id_mismatch(reason="wrong_account")
                return self.async_update_reload_and_abort(entry, data_updates=self._data)
        schema = vol.Schema({vol.Required(CONF_CLIENT_SECRET): _SECRET_TEXT, vol.Required(CONF_JWT): _SECRET_TEXT})
        return _show(self, "reauth_confirm", schema, failure, {"name": entry.title})

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the app, the JWT or the server of the same account."""
        if user_input is not None:
            return await self.async_step_user(user_input)
        return self._show_login("user", self._get_reconfigure_entry().data, None)

    async def _async_log_in(self, user_input: Mapping[str, Any]) -> _Failure | None:
        """Prove a login, presence and push; on success ``_login`` is set and the unique id with it."""
        try:
            server = validate_server(user_input[_ADVANCED][CONF_SERVER])
        except ValueError:
            return _Failure("base", "invalid_server")
        self._data = {
            CONF_CLIENT_ID: user_input[CONF_CLIENT_ID].strip(),
            CONF_CLIENT_SECRET: user_input[CONF_CLIENT_SECRET].strip(),
            CONF_JWT: user_input[CONF_JWT].strip(),
            CONF_SERVER: server,
        }

        def store_token(token: Token | None) -> None:
            self._data[CONF_TOKEN] = msgspec.to_builtins(token)

        await self._async_revoke()
        self._client = client = create_client(self.hass, self._data, store_token)
        try:
            login = await client.get_extension()
            await client.get_presence()
            await prove_push(client.session, client, presence_filter())
        except RingCentralError as error:
            return _as_failure(error)
        account = login.account.id if login.account is not None else "account"
        await self.async_set_unique_id(f"{account}-{login.id}", raise_on_progress=self.source != SOURCE_REAUTH)
        self._login = login
        return None

    async def _async_list_extensions(self) -> _Failure | None:
        assert self._client is not None  # noqa: S101
        try:
            self._extensions = await self._client.list_extensions()
        except RingCentralError as error:
            return _as_failure(error)
        return None

    def _show_login(self, step_id: str, shown: Mapping[str, Any], failure: _Failure | None) -> ConfigFlowResult:
        known = {**shown, **shown.get(_ADVANCED, {})}
        return _show(self, step_id, _login_schema(known), failure, {"console_url": _CONSOLE_URL})

    def _create(self, options: dict[str, Any]) -> ConfigFlowResult:
        assert self._login is not None  # noqa: S101
        self._client = None  # From here on the session belongs to the entry.
        return self.async_create_entry(title=_label(self._login), data=self._data, options=options)

    async def _async_revoke(self) -> None:
        """End a session of this dialog that no entry will use."""
        client, self._client = self._client, None
        if client is not None:
            await client.auth.revoke()

    @callback
    @override
    def async_remove(self) -> None:
        """Leave no session behind when the dialog is closed or ends without an entry."""
        if self._client is not None and not self._is_kept():
            self.hass.async_create_background_task(self._async_revoke(), f"{DOMAIN} revoke")

    def _is_kept(self) -> bool:
        """Tell whether an entry has taken this dialog's session over."""
        if self.source not in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            return False
        entry = self.hass.config_entries.async_get_entry(self.context["entry_id"])
        return entry is not None and entry.data.get(CONF_TOKEN) == self._data.get(CONF_TOKEN)


class RingCentralOptionsFlow(OptionsFlowWithReload):
    """Change which extensions are watched."""

    def __init__(self) -> None:
        """Begin without the list of extensions."""
        self._extensions: list[Extension] = []

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which extensions to watch."""
        entry: RingCentralConfigEntry = self.config_entry
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        failure = None
        watch = entry.options.get(CONF_WATCH, WATCH_OWN)
        if user_input is not None:
            watch = user_input[CONF_WATCH]
            if watch == WATCH_OWN:
                return self.async_create_entry(data={CONF_WATCH: watch})
            try:
                self._extensions = await entry.runtime_data.client.list_extensions()
            except RingCentralError as error:
                failure = _as_failure(error)
            else:
                if watch == WATCH_ACCOUNT:
                    return self.async_create_entry(data={CONF_WATCH: watch})
                return await self.async_step_extensions()
        return _show(self, "init", _watch_schema(watch), failure)

    async def async_step_extensions(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the chosen extensions."""
        if user_input is not None:
            data = {CONF_WATCH: WATCH_CHOSEN, CONF_EXTENSIONS: user_input[CONF_EXTENSIONS]}
            return self.async_create_entry(data=data)
        entry: RingCentralConfigEntry = self.config_entry
        chosen = entry.options.get(CONF_EXTENSIONS, [entry.runtime_data.login_id])
        return _show(self, "extensions", _extensions_schema(self._extensions, chosen))


def _show(
    flow: ConfigFlow | OptionsFlowWithReload,
    step_id: str,
    schema: vol.Schema,
    failure: _Failure | None = None,
    placeholders: Mapping[str, str] | None = None,
) -> ConfigFlowResult:
    """Show a form, with the message for a failure if there is one."""
    shown_at = failure.field if failure is not None and failure.field in schema.schema else "base"
    return flow.async_show_form(
        step_id=step_id,
        data_schema=schema,
        errors={shown_at: failure.key} if failure is not None else None,
        description_placeholders={**(placeholders or {}), **(failure.placeholders if failure is not None else {})},
    )

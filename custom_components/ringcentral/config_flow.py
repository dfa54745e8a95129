"""The dialogs: log in, choose what to watch, log in again, change the login."""

from collections.abc import Mapping
import logging
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
from homeassistant.data_entry_flow import UnknownFlow, section
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
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
from .application_credentials import RingCentralImplementation, redirect_uri
from .const import (
    CARRIER_SERVER,
    CONF_AUTH_IMPLEMENTATION,
    CONF_EXTENSIONS,
    CONF_HOLD_BACK,
    CONF_JWT,
    CONF_SERVER,
    CONF_TOKEN,
    CONF_TRANSPORT,
    CONF_WATCH,
    CONSOLE_URL,
    DEFAULT_SERVER,
    DOMAIN,
    TRANSPORT_AUTOMATIC,
    TRANSPORT_WEBHOOK,
    TRANSPORT_WEBSOCKET,
    WATCH_ACCOUNT,
    WATCH_CHOSEN,
    WATCH_OWN,
)
from .coordinator import RingCentralConfigEntry
from .login import LOGIN_KEYS, App, app_of, async_stored_client, create_client, read_token
from .roster import has_presence
from .webhook import may_have_address

_LOGGER = logging.getLogger(__package__)

_ADVANCED = "advanced"
_CONNECTION = "connection"
# Texts name addresses by placeholders.
_SERVERS = {"server": DEFAULT_SERVER, "carrier_server": CARRIER_SERVER}
_SECRET_TEXT = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
_URL_TEXT = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))


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


def _server_schema(server: str | None) -> vol.Schema:
    field = vol.Required(CONF_SERVER, default=server or DEFAULT_SERVER)
    return vol.Schema({vol.Required(_ADVANCED): section(vol.Schema({field: _URL_TEXT}), {"collapsed": True})})


def _jwt_schema(defaults: Mapping[str, Any]) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(CONF_CLIENT_ID, default=defaults.get(CONF_CLIENT_ID, vol.UNDEFINED)): TextSelector(),
            vol.Required(CONF_CLIENT_SECRET): _SECRET_TEXT,
            vol.Required(CONF_JWT): _SECRET_TEXT,
        }
    ).extend(_server_schema(defaults.get(CONF_SERVER)).schema)


def _watch_schema(chosen: str) -> vol.Schema:
    selector = SelectSelector(
        SelectSelectorConfig(
            options=[WATCH_OWN, WATCH_CHOSEN, WATCH_ACCOUNT], translation_key=CONF_WATCH, mode=SelectSelectorMode.LIST
        )
    )
    return vol.Schema({vol.Required(CONF_WATCH, default=chosen): selector})


def _connection_schema(chosen: Mapping[str, Any]) -> vol.Schema:
    """Ask for the transport; kept as it is where the form comes back without this section."""
    transport = SelectSelector(
        SelectSelectorConfig(
            options=[TRANSPORT_AUTOMATIC, TRANSPORT_WEBSOCKET, TRANSPORT_WEBHOOK],
            translation_key=CONF_TRANSPORT,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )
    hold_back = NumberSelector(
        NumberSelectorConfig(min=0, max=2000, step=10, unit_of_measurement="ms", mode=NumberSelectorMode.BOX)
    )
    suggested = {"suggested_value": chosen.get(CONF_HOLD_BACK)}
    fields = {
        vol.Required(CONF_TRANSPORT, default=chosen.get(CONF_TRANSPORT, TRANSPORT_AUTOMATIC)): transport,
        vol.Optional(CONF_HOLD_BACK, description=suggested): vol.All(hold_back, vol.Coerce(int)),
    }
    return vol.Schema({vol.Optional(_CONNECTION): section(vol.Schema(fields), {"collapsed": True})})


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


class RingCentralConfigFlow(AbstractOAuth2FlowHandler, domain=DOMAIN):
    """Log in with a JWT credential or in the browser, prove it, and choose the extensions to watch."""

    DOMAIN = DOMAIN
    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Begin without a login."""
        super().__init__()
        self._data: dict[str, Any] = {}
        self._server: str | None = None
        self._client: RingCentralClient | None = None
        self._login: Extension | None = None
        self._extensions: list[Extension] = []
        self._is_proving = False
        self._is_closed = False

    @property
    @override
    def logger(self) -> logging.Logger:
        """Where the steps in the browser are logged."""
        return _LOGGER

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: RingCentralConfigEntry) -> RingCentralOptionsFlow:
        """Return the dialog that changes what is watched."""
        return RingCentralOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the kind of log-in."""
        return self.async_show_menu(step_id="user", menu_options=["jwt", "pick_implementation"])

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the app, the kind of log-in or the server of the same account."""
        return await self.async_step_user()

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin to log in again, because RingCentral refuses the stored login."""
        self._server = entry_data.get(CONF_SERVER, DEFAULT_SERVER)
        if CONF_JWT in entry_data:
            return await self.async_step_reauth_confirm()
        return await self.async_step_reauth_browser()

    # With a JWT credential

    async def async_step_jwt(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the app's credentials and the user's JWT, and prove that they work."""
        failure = None
        shown: Mapping[str, Any] = self._entry_to_change().data if self.source == SOURCE_RECONFIGURE else {}
        if user_input is not None:
            shown = {**user_input, **user_input[_ADVANCED]}
            failure = self._take_server(user_input) or await self._async_log_in(user_input)
            if failure is None:
                return await self._async_accept_login()
        return _show(self, "jwt", _jwt_schema(shown), failure, {"console_url": CONSOLE_URL})

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new JWT, and the app's secret in case it was changed."""
        entry = self._entry_to_change()
        failure = None
        if user_input is not None:
            failure = await self._async_log_in({CONF_CLIENT_ID: entry.data[CONF_CLIENT_ID], **user_input})
            if failure is None:
                return await self._async_accept_login()
        schema = vol.Schema({vol.Required(CONF_CLIENT_SECRET): _SECRET_TEXT, vol.Required(CONF_JWT): _SECRET_TEXT})
        return _show(self, "reauth_confirm", schema, failure, {"name": entry.title})

    async def _async_log_in(self, user_input: Mapping[str, Any]) -> _Failure | None:
        entered = {key: user_input[key].strip() for key in (CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_JWT)}
        self._data = {**entered, CONF_SERVER: self._server}
        return await self._async_prove(App(entered[CONF_CLIENT_ID], entered[CONF_CLIENT_SECRET]))

    # In the browser

    async def async_step_reauth_browser(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Tell that the user has to log in again; then let an app be picked, since the former may be gone."""
        if user_input is not None:
            return await self.async_step_pick_implementation()
        return self._show_browser(None)

    @override
    async def async_step_auth(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Send the browser to RingCentral, as soon as it is known where that is; go on when it comes back."""
        if user_input is None and self._server is None:
            return await self.async_step_server()
        return await super().async_step_auth(user_input)

    async def async_step_server(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Tell what the app needs, and ask for the server."""
        failure = None
        if user_input is not None:
            failure = self._take_server(user_input)
            if failure is None:
                return await self.async_step_auth()
        return self._show_browser(failure)

    @override
    async def async_generate_authorize_url(self) -> str:
        """Return the address at the chosen server."""
        assert isinstance(self.flow_impl, RingCentralImplementation) and self._server is not None  # noqa: S101, PT018
        self.flow_impl.use_server(self._server)
        return await super().async_generate_authorize_url()

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Prove the login that the browser brought."""
        try:
            token = read_token(self.hass, data[CONF_TOKEN])
        except msgspec.ValidationError:
            return self.async_abort(reason="oauth_error")
        self._data = {
            CONF_AUTH_IMPLEMENTATION: data[CONF_AUTH_IMPLEMENTATION],
            CONF_SERVER: self._server,
            CONF_TOKEN: msgspec.to_builtins(token),
        }
        failure = await self._async_prove(app_of(self.flow_impl))
        if failure is None:
            return await self._async_accept_login()
        self._leave_session(self._client)
        return self._show_browser(failure if failure.field == "base" else _Failure("base", "invalid_session"))

    def _show_browser(self, failure: _Failure | None) -> ConfigFlowResult:
        """Show the form before the browser leaves."""
        if self.source == SOURCE_REAUTH:
            named = {"name": self._entry_to_change().title}
            return _show(self, "reauth_browser", vol.Schema({}), failure, named)
        known = self._entry_to_change().data.get(CONF_SERVER) if self.source == SOURCE_RECONFIGURE else None
        named = {"console_url": CONSOLE_URL, "redirect_uri": redirect_uri(self.hass)}
        return _show(self, "server", _server_schema(self._server or known), failure, named)

    # What to watch

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

    async def _async_list_extensions(self) -> _Failure | None:
        assert self._client is not None  # noqa: S101
        try:
            self._extensions = await self._client.list_extensions()
        except RingCentralError as error:
            return _as_failure(error)
        return None

    # The login and its session

    def _take_server(self, user_input: Mapping[str, Any]) -> _Failure | None:
        try:
            self._server = validate_server(user_input[_ADVANCED][CONF_SERVER])
        except ValueError:
            return _Failure("base", "invalid_server")
        return None

    async def _async_prove(self, app: App) -> _Failure | None:
        """Prove the login, presence and push; on success ``_login`` is set and the unique id with it."""

        def store_token(token: Token | None) -> None:
            self._data[CONF_TOKEN] = msgspec.to_builtins(token)

        self._leave_session(self._client)
        self._is_proving = True
        try:
            self._client = client = create_client(self.hass, app, self._data, store_token)
            login = await client.get_extension()
            await client.get_presence()
            await self._async_prove_push(client)
        except RingCentralError as error:
            return _as_failure(error)
        finally:
            self._is_proving = False
            if self._is_closed:
                self._leave_session(self._client)
        account = login.account.id if login.account is not None else "account"
        await self.async_set_unique_id(f"{account}-{login.id}", raise_on_progress=self.source != SOURCE_REAUTH)
        self._login = login
        return None

    async def _async_prove_push(self, client: RingCentralClient) -> None:
        """See that events may come by WebSocket, or else by webhook."""
        try:
            await prove_push(client.session, client, presence_filter())
        except PermissionMissingError:
            scopes = client.auth.token.scope.split() if client.auth.token is not None else ()
            if "SubscriptionWebhook" not in scopes or not may_have_address(self.hass):
                raise

    async def _async_accept_login(self) -> ConfigFlowResult:
        """Go on with a login that works: change the entry that it is for, or make one."""
        if self._is_closed:
            raise UnknownFlow
        if self.source not in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            self._abort_if_unique_id_configured()
            return await self.async_step_watch()
        self._abort_if_unique_id_mismatch(reason="wrong_account")
        entry = self._entry_to_change()
        self._client = None  # From here on the new session belongs to the entry.
        if entry.state is ConfigEntryState.LOADED:
            await self.hass.config_entries.async_unload(entry.entry_id)
        self._leave_session(await async_stored_client(self.hass, entry))
        kept = {key: value for key, value in entry.data.items() if key not in LOGIN_KEYS}
        return self.async_update_reload_and_abort(entry, data={**kept, **self._data})

    def _create(self, options: dict[str, Any]) -> ConfigFlowResult:
        assert self._login is not None  # noqa: S101
        self._client = None  # From here on the session belongs to the entry.
        return self.async_create_entry(title=_label(self._login), data=self._data, options=options)

    def _entry_to_change(self) -> RingCentralConfigEntry:
        return self._get_reauth_entry() if self.source == SOURCE_REAUTH else self._get_reconfigure_entry()

    @callback
    def _leave_session(self, client: RingCentralClient | None) -> None:
        """End a session that no entry will use; nobody has to wait for that."""
        if client is not None:
            revoking = client.auth.revoke(patient=True)
            self.hass.async_create_background_task(revoking, f"{DOMAIN} revoke")

    @callback
    @override
    def async_remove(self) -> None:
        """Leave no session behind when the dialog is closed or ends without an entry."""
        self._is_closed = True
        if not self._is_proving:
            self._leave_session(self._client)


class RingCentralOptionsFlow(OptionsFlowWithReload):
    """Change which extensions are watched, and how events come."""

    def __init__(self) -> None:
        """Begin without the list of extensions."""
        self._extensions: list[Extension] = []
        self._connection: Mapping[str, Any] = {}

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which extensions to watch, and how events should come."""
        entry: RingCentralConfigEntry = self.config_entry
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        failure = None
        watch = entry.options.get(CONF_WATCH, WATCH_OWN)
        if user_input is not None:
            watch = user_input[CONF_WATCH]
            self._connection = user_input.get(_CONNECTION, _connection_of(entry.options))
            if watch == WATCH_OWN:
                return self.async_create_entry(data={CONF_WATCH: watch, **self._connection})
            try:
                self._extensions = await entry.runtime_data.client.list_extensions()
            except RingCentralError as error:
                failure = _as_failure(error)
            else:
                if watch == WATCH_ACCOUNT:
                    return self.async_create_entry(data={CONF_WATCH: watch, **self._connection})
                return await self.async_step_extensions()
        schema = _watch_schema(watch).extend(_connection_schema(self._connection or entry.options).schema)
        return _show(self, "init", schema, failure)

    async def async_step_extensions(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the chosen extensions."""
        if user_input is not None:
            data = {CONF_WATCH: WATCH_CHOSEN, CONF_EXTENSIONS: user_input[CONF_EXTENSIONS], **self._connection}
            return self.async_create_entry(data=data)
        entry: RingCentralConfigEntry = self.config_entry
        chosen = entry.options.get(CONF_EXTENSIONS, [entry.runtime_data.login_id])
        return _show(self, "extensions", _extensions_schema(self._extensions, chosen))


def _connection_of(options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: options[key] for key in (CONF_TRANSPORT, CONF_HOLD_BACK) if key in options}


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
        description_placeholders={
            **_SERVERS,
            **(placeholders or {}),
            **(failure.placeholders if failure is not None else {}),
        },
    )

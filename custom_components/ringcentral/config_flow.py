"""The dialogs: log in, choose what to watch, log in again, change the login."""

from collections.abc import Mapping
from contextlib import suppress
import logging
from typing import Any, override

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE, ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import callback
from homeassistant.data_entry_flow import UnknownFlow
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler
import msgspec
import voluptuous as vol

from .api.account import Extension, Token
from .api.client import RingCentralClient
from .api.console import CONSOLE_URL, new_app_url
from .api.errors import PermissionMissingError, RingCentralError
from .api.filters import presence_filter
from .api.proof import prove_push
from .api.scopes import is_permitted
from .api.transport import validate_server
from .application_credentials import RingCentralImplementation, browser_placeholders
from .const import (
    CONF_AUTH_IMPLEMENTATION,
    CONF_COMPANY,
    CONF_EXTENSIONS,
    CONF_JWT,
    CONF_SERVER,
    CONF_TOKEN,
    CONF_WATCH,
    DEFAULT_SERVER,
    DOMAIN,
    GUIDE_URL,
    WATCH_CHOSEN,
    WATCH_OWN,
)
from .coordinator import RingCentralConfigEntry
from .dialogs.forms import (
    ADVANCED,
    SECRET_TEXT,
    Failure,
    as_failure,
    extensions_schema,
    jwt_schema,
    label_of,
    nothing_chosen,
    server_schema,
    show,
    watch_schema,
)
from .dialogs.login import LOGIN_KEYS, App, app_of, async_stored_client, create_client, read_token
from .dialogs.options import RingCentralOptionsFlow
from .markdown import escape
from .sync.webhook_address import may_have_address

_LOGGER = logging.getLogger(__package__)


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
        self._watch: list[str] = [WATCH_OWN]
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
        """Ask for the kind of login."""
        return self.async_show_menu(
            step_id="user",
            menu_options=["jwt", "pick_implementation"],
            description_placeholders={"guide_url": GUIDE_URL},
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the app, the kind of login or the server of the same account."""
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
        known: Mapping[str, Any] = self._entry_to_change().data if self.source == SOURCE_RECONFIGURE else {}
        if user_input is not None:
            failure = self._take_server(user_input) or await self._async_log_in(user_input)
            if failure is None:
                return await self._async_accept_login()
        links = {"console_url": CONSOLE_URL, "guide_url": GUIDE_URL, "preset_url": new_app_url()}
        return show(self, "jwt", jwt_schema(known, failure), failure, links, typed=user_input)

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new JWT, and the app's secret in case it was changed."""
        entry = self._entry_to_change()
        failure = None
        if user_input is not None:
            failure = await self._async_log_in({CONF_CLIENT_ID: entry.data[CONF_CLIENT_ID], **user_input})
            if failure is None:
                return await self._async_accept_login()
        schema = vol.Schema({vol.Required(CONF_CLIENT_SECRET): SECRET_TEXT, vol.Required(CONF_JWT): SECRET_TEXT})
        return show(self, "reauth_confirm", schema, failure, {"name": escape(entry.title)}, typed=user_input)

    async def _async_log_in(self, user_input: Mapping[str, Any]) -> Failure | None:
        entered = {key: user_input[key].strip() for key in (CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_JWT)}
        self._data = {**entered, CONF_SERVER: self._server}
        return await self._async_prove(App(entered[CONF_CLIENT_ID], entered[CONF_CLIENT_SECRET]))

    # In the browser

    async def async_step_reauth_browser(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask the user to log in again; then let an app be picked, since the former may be gone."""
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
        """Show what the app needs, and ask for the server."""
        failure = None
        if user_input is not None:
            failure = self._take_server(user_input)
            if failure is None:
                return await self.async_step_auth()
        return self._show_browser(failure, user_input)

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
        return self._show_browser(failure if failure.field == "base" else Failure("base", "invalid_session"))

    def _show_browser(self, failure: Failure | None, typed: Mapping[str, Any] | None = None) -> ConfigFlowResult:
        """Show the form before the browser leaves."""
        if self.source == SOURCE_REAUTH:
            named = {"name": escape(self._entry_to_change().title)}
            return show(self, "reauth_browser", vol.Schema({}), failure, named)
        known = self._entry_to_change().data.get(CONF_SERVER) if self.source == SOURCE_RECONFIGURE else None
        schema = server_schema(self._server or known, failure)
        return show(self, "server", schema, failure, browser_placeholders(self.hass), typed=typed)

    # What to watch

    async def async_step_watch(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to watch."""
        failure = None
        if user_input is not None:
            self._watch = user_input[CONF_WATCH]
            failure = nothing_chosen(CONF_WATCH, self._watch)
            if failure is None and self._watch != [WATCH_OWN]:
                failure = await self._async_list_extensions()
            if failure is None and WATCH_CHOSEN in self._watch:
                return await self.async_step_extensions()
            if failure is None:
                return self._create({CONF_WATCH: self._watch})
        return show(self, "watch", watch_schema(self._watch), failure)

    async def async_step_extensions(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the chosen extensions."""
        assert self._login is not None  # noqa: S101
        chosen = [str(self._login.id)] if user_input is None else user_input[CONF_EXTENSIONS]
        failure = nothing_chosen(CONF_EXTENSIONS, chosen)
        if user_input is not None and failure is None:
            return self._create({CONF_WATCH: self._watch, CONF_EXTENSIONS: chosen})
        return show(self, "extensions", extensions_schema(self._extensions, chosen), failure)

    async def _async_list_extensions(self) -> Failure | None:
        assert self._client is not None  # noqa: S101
        try:
            self._extensions = await self._client.list_extensions()
        except RingCentralError as error:
            return as_failure(error)
        return None

    # The login and its session

    def _take_server(self, user_input: Mapping[str, Any]) -> Failure | None:
        try:
            self._server = validate_server(user_input[ADVANCED][CONF_SERVER])
        except ValueError:
            return Failure("base", "invalid_server")
        return None

    async def _async_prove(self, app: App) -> Failure | None:
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
            await self._async_name_company(client)
        except RingCentralError as error:
            return as_failure(error)
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
            await prove_push(client, presence_filter())
        except PermissionMissingError:
            if not is_permitted(client.auth.token, "SubscriptionWebhook") or not may_have_address(self.hass):
                raise

    async def _async_name_company(self, client: RingCentralClient) -> None:
        """Learn the company's name, if the user may see it; nothing depends on it."""
        with suppress(RingCentralError):
            if company := (await client.get_company()).company:
                self._data[CONF_COMPANY] = company

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
        return self.async_create_entry(title=label_of(self._login), data=self._data, options=options)

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

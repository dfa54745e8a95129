"""The forms of the dialogs, and the messages for what goes wrong."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.data_entry_flow import section
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
import voluptuous as vol

from ..api.account import Extension
from ..api.errors import (
    ClientCredentialsError,
    PermissionMissingError,
    RateLimitedError,
    RingCentralError,
    UnreachableError,
    UserCredentialsError,
)
from ..const import (
    CARRIER_SERVER,
    CONF_EXTENSIONS,
    CONF_HOLD_BACK,
    CONF_JWT,
    CONF_PRIVACY,
    CONF_SERVER,
    CONF_TRANSPORT,
    CONF_WATCH,
    DEFAULT_SERVER,
    TRANSPORT_AUTOMATIC,
    TRANSPORT_WEBHOOK,
    TRANSPORT_WEBSOCKET,
    WATCH_CHOICES,
)
from ..errors import permission_key, permission_label
from ..presence.privacy import Privacy
from ..sync.roster import has_events, is_watchable

ADVANCED = "advanced"
CONNECTION = "connection"
# Texts name addresses by placeholders.
_SERVERS = {"server": DEFAULT_SERVER, "carrier_server": CARRIER_SERVER}
SECRET_TEXT = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
_URL_TEXT = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))


# On another server, an app is unknown: RingCentral then says that the client is wrong.
_FAILURES_OF_SERVER = frozenset({"invalid_server", "cannot_connect", "invalid_client", "unsupported_grant"})
# The app may not log in so, or does not exist so in this environment (staff 2023; captures of the first).
_GRANT_FAILURES = {"OAU-250": "unsupported_grant", "OAU-251": "unauthorized_grant"}


class Failure(NamedTuple):
    """What to show for an error: a message's key, at a field or the whole form, and what it names."""

    field: str
    key: str
    placeholders: Mapping[str, str] = {}


def as_failure(error: RingCentralError) -> Failure:
    """Return the message that helps with an error."""
    if isinstance(error, ClientCredentialsError):
        key = _GRANT_FAILURES.get(error.code or "")
        return Failure("base", key) if key is not None else Failure(CONF_CLIENT_SECRET, "invalid_client")
    if isinstance(error, UserCredentialsError):
        return Failure(CONF_JWT, "invalid_jwt")
    if isinstance(error, PermissionMissingError):
        named = {"permission": permission_label(error)} if error.permission is not None else {}
        return Failure("base", permission_key(error), named)
    if isinstance(error, RateLimitedError):
        return Failure("base", "rate_limited", {"seconds": f"{error.retry_after:.0f}"})
    if isinstance(error, UnreachableError):
        return Failure("base", "cannot_connect")
    return Failure("base", "unexpected_answer", {"code": error.code or type(error).__name__})


def nothing_chosen(field: str, chosen: Collection[str]) -> Failure | None:
    """Return the message for a list of which nothing is chosen."""
    return None if chosen else Failure(field, "choose_one")


def server_schema(server: str | None, failure: Failure | None = None) -> vol.Schema:
    """Ask for the server, in a section that is open only if it may be the reason of a failure."""
    field = vol.Required(CONF_SERVER, default=server or DEFAULT_SERVER)
    is_collapsed = failure is None or failure.key not in _FAILURES_OF_SERVER
    return vol.Schema({vol.Required(ADVANCED): section(vol.Schema({field: _URL_TEXT}), {"collapsed": is_collapsed})})


def jwt_schema(defaults: Mapping[str, Any], failure: Failure | None = None) -> vol.Schema:
    """Ask for the app's credentials, the user's JWT and the server."""
    return vol.Schema(
        {
            vol.Required(CONF_CLIENT_ID, default=defaults.get(CONF_CLIENT_ID, vol.UNDEFINED)): TextSelector(),
            vol.Required(CONF_CLIENT_SECRET): SECRET_TEXT,
            vol.Required(CONF_JWT): SECRET_TEXT,
        }
    ).extend(server_schema(defaults.get(CONF_SERVER), failure).schema)


def watch_schema(chosen: Collection[str]) -> vol.Schema:
    """Ask what to watch; several answers may be given."""
    selector = SelectSelector(
        SelectSelectorConfig(
            options=list(WATCH_CHOICES), translation_key=CONF_WATCH, multiple=True, mode=SelectSelectorMode.LIST
        )
    )
    default = [choice for choice in WATCH_CHOICES if choice in chosen]
    return vol.Schema({vol.Required(CONF_WATCH, default=default): selector})


def privacy_schema(chosen: str) -> vol.Schema:
    """Ask how much of callers is shown."""
    selector = SelectSelector(
        SelectSelectorConfig(options=list(Privacy), translation_key=CONF_PRIVACY, mode=SelectSelectorMode.DROPDOWN)
    )
    return vol.Schema({vol.Required(CONF_PRIVACY, default=chosen): selector})


def connection_schema(chosen: Mapping[str, Any]) -> vol.Schema:
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
    return vol.Schema({vol.Optional(CONNECTION): section(vol.Schema(fields), {"collapsed": True})})


def extensions_schema(extensions: list[Extension], chosen: list[str]) -> vol.Schema:
    """Ask for extensions, by name and number; those without events of their own are not offered.

    One that was chosen is also offered while it is disabled, since it may come back.
    """
    options = [
        SelectOptionDict(value=str(extension.id), label=label_of(extension))
        for extension in sorted(extensions, key=lambda extension: extension.extension_number or "")
        if is_watchable(extension) or (str(extension.id) in chosen and has_events(extension))
    ]
    offered = {option["value"] for option in options}
    selector = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN))
    return vol.Schema({vol.Required(CONF_EXTENSIONS, default=[id_ for id_ in chosen if id_ in offered]): selector})


def label_of(extension: Extension) -> str:
    """Return an extension by name and number."""
    name = extension.name or str(extension.id)
    return f"{name} ({extension.extension_number})" if extension.extension_number else name


def connection_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the options is about how events come."""
    return {key: options[key] for key in (CONF_TRANSPORT, CONF_HOLD_BACK) if key in options}


def show(
    flow: ConfigFlow | OptionsFlowWithReload,
    step_id: str,
    schema: vol.Schema,
    failure: Failure | None = None,
    placeholders: Mapping[str, str] | None = None,
    *,
    typed: Mapping[str, Any] | None = None,
) -> ConfigFlowResult:
    """Show a form; after a failure with its message, and with what the user has ``typed``."""
    if typed is not None:
        schema = flow.add_suggested_values_to_schema(schema, typed)
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

"""Repair issues: what only the user can mend, one for each cause; each goes away when its cause does."""

from collections.abc import Sequence

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .api.errors import PermissionMissingError, WebhookUnusableError
from .api.models import Token
from .const import CONF_JWT, CONSOLE_URL, DOMAIN

# More names than this are counted, not listed.
_MOST_NAMES = 10


@callback
def async_report_missing_permission(hass: HomeAssistant, entry: ConfigEntry, error: PermissionMissingError) -> None:
    """Tell which permission is missing, and whether the app or the user's role lacks it."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"missing_permission_{entry.entry_id}_{error.permission}",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key="missing_app_permission" if error.of_app else "missing_user_permission",
        translation_placeholders={"entry": entry.title, "permission": error.permission or "?"},
    )


@callback
def async_report_hidden_extensions(hass: HomeAssistant, entry: ConfigEntry, names: Sequence[str]) -> None:
    """Name the extensions whose presence RingCentral does not show; none withdraws the issue."""
    issue_id = f"hidden_extensions_{entry.entry_id}"
    if not names:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    listed = ", ".join(sorted(names)[:_MOST_NAMES])
    if len(names) > _MOST_NAMES:
        listed = f"{listed}, … ({len(names)})"
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="hidden_extensions",
        translation_placeholders={"entry": entry.title, "extensions": listed},
    )


@callback
def async_report_refresh_tokens(hass: HomeAssistant, entry: ConfigEntry, token: Token | None) -> None:
    """Tell that the app issues no refresh tokens; a token that has one withdraws the issue."""
    issue_id = f"no_refresh_tokens_{entry.entry_id}"
    if token is None or token.refresh_token is not None:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="no_refresh_tokens_jwt" if CONF_JWT in entry.data else "no_refresh_tokens_browser",
        translation_placeholders={"entry": entry.title, "console_url": CONSOLE_URL},
    )


@callback
def async_report_webhook(
    hass: HomeAssistant, entry: ConfigEntry, error: PermissionMissingError | WebhookUnusableError
) -> None:
    """Tell why RingCentral posts no events here."""
    if isinstance(error, PermissionMissingError):
        cause = "missing_app_permission" if error.of_app else "missing_user_permission"
        named = {"permission": error.permission or "?"}
    else:
        cause, named = error.cause, {"code": error.code or "?"}
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"webhook_{entry.entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=cause,
        translation_placeholders={"entry": entry.title, **named},
    )


@callback
def async_withdraw_issues(hass: HomeAssistant, entry: ConfigEntry, *kinds: str) -> None:
    """Withdraw an entry's issues of these kinds, because their causes are gone."""
    registry = ir.async_get(hass)
    for kind in kinds:
        # A kind may have several, one for each permission.
        prefix = f"{kind}_{entry.entry_id}"
        for domain, issue_id in list(registry.issues):
            if domain == DOMAIN and issue_id.startswith(prefix):
                ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_withdraw_prompts(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Withdraw the prompts to log in again, because the login works."""
    for flow in list(entry.async_get_active_flows(hass, {SOURCE_REAUTH})):
        hass.config_entries.flow.async_abort(flow["flow_id"])


@callback
def async_clear_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Withdraw all issues of an entry, when it is unloaded or works again."""
    async_withdraw_issues(hass, entry, "missing_permission", "hidden_extensions", "no_refresh_tokens", "webhook")

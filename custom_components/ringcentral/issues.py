"""Repair issues: what only the user can fix, one for each cause; each goes away when its cause does."""

from collections.abc import Mapping, Sequence

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .api.account import Token
from .api.console import CONSOLE_URL, scope_label
from .api.errors import PermissionMissingError, RequestRejectedError, WebhookUnusableError
from .const import CONF_JWT, DOMAIN
from .errors import permission_key, permission_label
from .markdown import escape

# The permissions that have an issue each.
_PERMISSIONS = frozenset(
    {
        "EditMessages",
        "EditPresence",
        "EditPresenceStatus",
        "ReadAccounts",
        "ReadCallLog",
        "ReadContacts",
        "ReadMessages",
        "ReadPresence",
        "ReadPresenceStatus",
        "SubscriptionWebhook",
        "WebSocket",
        "WebSocketSubscription",
    }
)

# More names than this are counted, not listed.
_MOST_NAMES = 10


@callback
def async_report_missing_permission(
    hass: HomeAssistant, entry: ConfigEntry, error: PermissionMissingError, kind: str = "missing_permission"
) -> None:
    """Report which permission is missing, and whether the app or the user's role lacks it.

    Without a kind of its own, the issue is withdrawn when presence has been read.
    """
    # What RingCentral says is shown, but no name of ours.
    which = error.permission if error.permission in _PERMISSIONS else "other"
    _report(
        hass,
        entry,
        f"{kind}_{entry.entry_id}_{which}",
        permission_key(error),
        severity=ir.IssueSeverity.ERROR,
        named=_named(error),
    )


@callback
def async_report_new_login_needed(hass: HomeAssistant, entry: ConfigEntry, permission: str) -> None:
    """Report that something is requested for which the app has no permission yet, or the login is older than that."""
    _report(
        hass,
        entry,
        f"new_login_needed_{entry.entry_id}_{permission}",
        "new_login_needed",
        named={"permission": scope_label(permission)},
        links={"console_url": CONSOLE_URL},
    )


@callback
def async_report_hidden_extensions(hass: HomeAssistant, entry: ConfigEntry, names: Sequence[str]) -> None:
    """Name the extensions whose presence RingCentral does not show; none withdraws the issue."""
    if not names:
        async_withdraw_issues(hass, entry, "hidden_extensions")
        return
    _report(
        hass, entry, f"hidden_extensions_{entry.entry_id}", "hidden_extensions", named={"extensions": _listed(names)}
    )


@callback
def async_report_refused_list(hass: HomeAssistant, entry: ConfigEntry, error: RequestRejectedError | None) -> None:
    """Report that a list of extensions can't be had for another reason than a permission; none withdraws the issue."""
    if error is None:
        async_withdraw_issues(hass, entry, "list_refused")
        return
    _report(hass, entry, f"list_refused_{entry.entry_id}", "list_refused", named={"code": error.code or "-"})


@callback
def async_report_entity_limit(
    hass: HomeAssistant, entry: ConfigEntry, *, missing: int, watched: int, limit: int
) -> None:
    """Report of how many watched extensions Home Assistant has registered too few entities."""
    _report(
        hass,
        entry,
        f"entity_limit_{entry.entry_id}",
        "entity_limit",
        named={"missing": str(missing), "watched": str(watched), "limit": str(limit)},
    )


@callback
def async_report_refresh_tokens(hass: HomeAssistant, entry: ConfigEntry, token: Token | None) -> None:
    """Report that the app issues no refresh tokens, so that somebody has to log in again; one withdraws the issue.

    With a JWT credential, nothing is lost: the next session's socket takes over before the former's ends.
    """
    if token is None or token.refresh_token is not None or CONF_JWT in entry.data:
        async_withdraw_issues(hass, entry, "no_refresh_tokens")
        return
    _report(
        hass,
        entry,
        f"no_refresh_tokens_{entry.entry_id}",
        "no_refresh_tokens_browser",
        links={"console_url": CONSOLE_URL},
    )


@callback
def async_report_webhook(
    hass: HomeAssistant, entry: ConfigEntry, error: PermissionMissingError | WebhookUnusableError
) -> None:
    """Report why RingCentral posts no events here."""
    issue_id = f"webhook_{entry.entry_id}"
    if isinstance(error, PermissionMissingError):
        _report(hass, entry, issue_id, permission_key(error), named=_named(error))
    else:
        _report(hass, entry, issue_id, error.cause, named={"code": error.code or "-"})


@callback
def async_report_missing_events(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Report that changes were found which no event has brought, although the link looks sound."""
    _report(hass, entry, f"missing_events_{entry.entry_id}", "missing_events")


@callback
def async_report_unreadable_files(hass: HomeAssistant, entry: ConfigEntry, names: Sequence[str]) -> None:
    """Name the files that can't be read, so that nothing is kept in them; none withdraws the issue."""
    if not names:
        async_withdraw_issues(hass, entry, "unreadable_files")
        return
    _report(hass, entry, f"unreadable_files_{entry.entry_id}", "unreadable_files", named={"files": _listed(names)})


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(sorted(names)[:_MOST_NAMES])
    return f"{listed}, … ({len(names)})" if len(names) > _MOST_NAMES else listed


def _named(error: PermissionMissingError) -> dict[str, str]:
    return {"permission": permission_label(error)} if error.permission is not None else {}


def _report(
    hass: HomeAssistant,
    entry: ConfigEntry,
    issue_id: str,
    key: str,
    *,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
    named: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
) -> None:
    """Raise an issue with the text of a key, which names the entry and what else is given; ``links`` are our own."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        # While the entry is disabled, nobody can fix anything.
        config_entry_id=entry.entry_id,
        severity=severity,
        translation_key=key,
        translation_placeholders={
            **{name: escape(text) for name, text in {"entry": entry.title, **(named or {})}.items()},
            **(links or {}),
        },
    )


@callback
def async_withdraw_issues(hass: HomeAssistant, entry: ConfigEntry, *kinds: str) -> None:
    """Withdraw an entry's issues of these kinds, because their causes are gone."""
    # A kind may have several, one for each permission.
    prefixes = tuple(f"{kind}_{entry.entry_id}" for kind in kinds)
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(prefixes):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def async_withdraw_prompts(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Withdraw the prompts to log in again, because the login works."""
    for flow in list(entry.async_get_active_flows(hass, {SOURCE_REAUTH})):
        hass.config_entries.flow.async_abort(flow["flow_id"])


@callback
def async_clear_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Withdraw all issues of an entry, when it is unloaded or removed."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and entry.entry_id in issue_id:
            ir.async_delete_issue(hass, DOMAIN, issue_id)

"""RingCentral's errors as Home Assistant reports them: when set-up fails, and when an action does."""

from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)

from .api.console import scope_label
from .api.errors import (
    AuthenticationError,
    PayloadError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
)
from .const import DOMAIN

# A refused permission will not come back soon.
PERMISSION_RETRY = 15 * 60.0


def permission_key(error: PermissionMissingError) -> str:
    """Return the key of the text that says who lacks a permission, the app or the user, and which if known."""
    if error.permission is None:
        return "missing_app_permission_unnamed" if error.of_app else "missing_user_permission_unnamed"
    return "missing_app_permission" if error.of_app else "missing_user_permission"


def permission_label(error: PermissionMissingError) -> str:
    """Return what users find under: a scope's label in the developer console, or the id of a role's permission."""
    return scope_label(error.permission or "") if error.of_app else error.permission or ""


def as_set_up_error(error: RingCentralError) -> Exception:
    """Return what Home Assistant understands: log in again, wait, or give up."""
    if isinstance(error, AuthenticationError):
        return ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="login_refused")
    if isinstance(error, PermissionMissingError):
        # It is tried again, so that the entry works once the permission is there; the repair issue names it meanwhile.
        if error.permission is None:
            return ConfigEntryNotReady(
                translation_domain=DOMAIN, translation_key="permission_missing_unnamed", retry_after=PERMISSION_RETRY
            )
        return ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="permission_missing",
            translation_placeholders={"permission": permission_label(error)},
            retry_after=PERMISSION_RETRY,
        )
    if isinstance(error, RateLimitedError | UnreachableError):
        return ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key="unreachable", retry_after=error.retry_after
        )
    return ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="unexpected_answer")


def as_invalid(key: str, **placeholders: str) -> ServiceValidationError:
    """Return what Home Assistant shows of an action that can't be done as it was called."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


def as_action_error(error: RingCentralError, *, not_allowed: str = "change_not_allowed") -> HomeAssistantError:
    """Return what Home Assistant shows instead of an error of the cloud; ``not_allowed`` is the text for a refusal."""
    if isinstance(error, PermissionMissingError) and error.permission is not None:
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="permission_missing",
            translation_placeholders={"permission": permission_label(error)},
        )
    # CMN-402: only an administrator may change others.
    if isinstance(error, PermissionMissingError) or (isinstance(error, RequestRejectedError) and error.status == 403):
        return HomeAssistantError(translation_domain=DOMAIN, translation_key=not_allowed)
    if isinstance(error, RequestRejectedError):
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="change_refused",
            translation_placeholders={"code": error.code or str(error.status)},
        )
    if isinstance(error, AuthenticationError):
        return HomeAssistantError(translation_domain=DOMAIN, translation_key="login_refused")
    if isinstance(error, PayloadError):
        return HomeAssistantError(translation_domain=DOMAIN, translation_key="unexpected_answer")
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="unreachable")

"""What the user reads when a change of presence fails."""

from homeassistant.exceptions import HomeAssistantError

from .api.errors import PermissionMissingError, RequestRejectedError, RingCentralError
from .const import DOMAIN


def as_action_error(error: RingCentralError) -> HomeAssistantError:
    """Return what Home Assistant shows instead of an error of the cloud."""
    if isinstance(error, PermissionMissingError) and error.permission is not None:
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="permission_missing",
            translation_placeholders={"permission": error.permission},
        )
    # CMN-402: only an administrator may change others.
    if isinstance(error, PermissionMissingError) or (isinstance(error, RequestRejectedError) and error.status == 403):
        return HomeAssistantError(translation_domain=DOMAIN, translation_key="change_not_allowed")
    if isinstance(error, RequestRejectedError):
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="change_refused",
            translation_placeholders={"code": error.code or str(error.status)},
        )
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="unreachable")

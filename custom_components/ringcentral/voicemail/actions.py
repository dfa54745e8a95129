"""The actions on voicemails: mark them as read or unread, delete them."""

from collections.abc import Awaitable, Callable
from functools import partial

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..api.console import scope_label
from ..api.errors import PermissionMissingError, RequestRejectedError, RingCentralError
from ..api.messages import EDIT_PERMISSION, READ_PERMISSION
from ..const import DOMAIN
from ..errors import as_action_error, as_invalid
from ..targets import VOICEMAILS, TargetedExtension, async_targeted_extensions
from .box import VoicemailBox

ATTR_VOICEMAIL_ID = "voicemail_id"

_IDS = vol.All(cv.ensure_list, [cv.string])
_SOME = cv.make_entity_service_schema({vol.Required(ATTR_VOICEMAIL_ID): _IDS})
_SOME_OR_ALL = cv.make_entity_service_schema({vol.Optional(ATTR_VOICEMAIL_ID): _IDS})

type _Act = Callable[[VoicemailBox, list[str]], Awaitable[None]]


@callback
def async_register_voicemail_actions(hass: HomeAssistant) -> None:
    """Register the actions, once in a run."""

    def read(is_read: bool) -> _Act:
        return lambda box, ids: box.async_mark(ids, is_read=is_read)

    register = hass.services.async_register
    register(DOMAIN, "mark_voicemail_read", partial(_async_act, read(True)), schema=_SOME_OR_ALL)
    register(DOMAIN, "mark_voicemail_unread", partial(_async_act, read(False)), schema=_SOME)
    register(DOMAIN, "delete_voicemail", partial(_async_act, VoicemailBox.async_delete), schema=_SOME)


async def _async_act(act: _Act, call: ServiceCall) -> None:
    """Do something with voicemails of the targets; without ids, with all that are unread."""
    targets = await async_targeted_extensions(
        call, POLICY_CONTROL, [VOICEMAILS], is_meant=_is_meant, nobody="no_mailbox_targeted"
    )
    chosen: list[tuple[VoicemailBox, list[str]]] = []
    # All are checked before the first is changed.
    for box in [mailbox_of(target) for target in targets]:
        ids = call.data.get(ATTR_VOICEMAIL_ID, [one.id for one in box.voicemails if not one.is_read])
        if missing := [one for one in ids if box.get(one) is None]:
            raise as_invalid("voicemail_gone", voicemail_id=missing[0])
        chosen.append((box, ids))
    for box, ids in chosen:
        try:
            await act(box, ids)
        except RingCentralError as error:
            raise _as_refusal(box, ids, error) from error


def _as_refusal(box: VoicemailBox, ids: list[str], error: RingCentralError) -> HomeAssistantError:
    """Return what Home Assistant shows of an error, and report what is needed if that is a permission."""
    if isinstance(error, RequestRejectedError) and error.status == 404:
        return as_invalid("voicemail_gone", voicemail_id=", ".join(ids))
    if isinstance(error, PermissionMissingError):
        box.report_refused_change(error)
        error = error.named(EDIT_PERMISSION)
    return as_action_error(error, not_allowed="voicemail_change_not_allowed")


def _is_meant(target: TargetedExtension) -> bool:
    """Return whether a target is the login's own phone; of areas, floors and labels, others are left out."""
    if target.extension.id != target.coordinator.login_id and target.is_named:
        raise as_invalid("not_own_mailbox", name=target.name)
    return target.extension.id == target.coordinator.login_id


def mailbox_of(target: TargetedExtension) -> VoicemailBox:
    """Return a login's mailbox; raises ``ServiceValidationError`` and reports what is needed if it has none."""
    box = target.coordinator.voicemail
    if not box.is_granted:
        box.report_not_granted()
        raise as_invalid("permission_missing", permission=scope_label(READ_PERMISSION))
    return box

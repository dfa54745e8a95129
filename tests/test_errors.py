"""What the user reads when an action fails; test_init.py has what fails set-up."""

import pytest

from custom_components.ringcentral.api.errors import (
    PayloadError,
    PermissionMissingError,
    RequestRejectedError,
    UnreachableError,
    UserCredentialsError,
)
from custom_components.ringcentral.errors import as_action_error


@pytest.mark.parametrize(
    ("error", "key", "placeholders"),
    [
        (
            PermissionMissingError("", permission="EditPresence", of_app=True),
            "permission_missing",
            {"permission": "Edit Presence"},
        ),
        (PermissionMissingError("", permission=None, of_app=False), "change_not_allowed", None),
        (RequestRejectedError("", status=400, code="CMN-101"), "change_refused", {"code": "CMN-101"}),
        (RequestRejectedError("", status=403, code="CMN-402"), "change_not_allowed", None),
        (RequestRejectedError("", status=409), "change_refused", {"code": "409"}),
        (UnreachableError("Timed out"), "unreachable", None),
        (UserCredentialsError("Revoked"), "login_refused", None),
        (PayloadError("$.dndStatus"), "unexpected_answer", None),
    ],
)
def test_every_error_has_its_text(error, key, placeholders):
    shown = as_action_error(error)
    assert (shown.translation_key, shown.translation_placeholders) == (key, placeholders)

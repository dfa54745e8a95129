"""RingCentral's developer console: its labels, and the link that fills in its form for an app.

Sources: the guide's pages create-app, permissions and install-app-button (api-docs, 2026-04).
"""

import re
from urllib.parse import urlencode

CONSOLE_URL = "https://developers.ringcentral.com/my-account.html"

_NEW_APP_URL = "https://developers.ringcentral.com/new-app"

# As the link spells them: the guide has WebSocketsSubscriptions here, and other spellings elsewhere.
_PRESET = ("ReadAccounts", "ReadPresence", "EditPresence", "ReadContacts", "WebSocketsSubscriptions")

_LABELS = {
    "editmessages": "Edit Messages",
    "editpresence": "Edit Presence",
    "readaccounts": "Read Accounts",
    "readcalllog": "Read Call Log",
    "readcontacts": "Read Contacts",
    "readmessages": "Read Messages",
    "readpresence": "Read Presence",
}


def scope_label(permission: str) -> str:
    """Return what the console calls an application permission; one that is not known stays as it is.

    Errors spell the same scope as ``WebSocketSubscription``, ``WebSocketsSubscriptions`` or ``SubscriptionWebSocket``.
    """
    letters = re.sub(r"[^a-z]", "", permission.lower())
    for kind, label in (("websocket", "WebSocket Subscriptions"), ("webhook", "Webhook Subscriptions")):
        if kind in letters:
            return label
    return _LABELS.get(letters, permission)


def new_app_url(redirect_uri: str | None = None) -> str:
    """Return the link that fills in the console's form: an app for JWT, or for the browser with that redirect URI."""
    kind = (
        {"grantType": "PersonalJWT", "public": "false", "type": "ServerOther"}
        if redirect_uri is None
        else {"grantType": "AuthorizationCode", "public": "false", "type": "ServerWeb"}
    )
    named = {"name": "Home Assistant", "desc": "Presence in Home Assistant"}
    asked = {"permissions": ",".join(_PRESET), "redirectUri": redirect_uri or ""}
    return f"{_NEW_APP_URL}?{urlencode({**named, **kind, **asked}, safe=',')}".replace("+", "%20")

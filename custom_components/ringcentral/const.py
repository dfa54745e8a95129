"""Names that the integration's files share."""

from typing import Final

DOMAIN: Final = "ringcentral"
MANUFACTURER: Final = "RingCentral"

DEFAULT_SERVER: Final = "https://platform.ringcentral.com"
CONSOLE_URL: Final = "https://developers.ringcentral.com/my-account.html"

# Named by Home Assistant: the entry uses this application credential, so it cannot be deleted.
CONF_AUTH_IMPLEMENTATION: Final = "auth_implementation"
CONF_JWT: Final = "jwt"
CONF_SERVER: Final = "server"
CONF_TOKEN: Final = "token"  # noqa: S105

# Which extensions an entry watches.
CONF_WATCH: Final = "watch"
CONF_EXTENSIONS: Final = "extensions"
WATCH_OWN: Final = "own"
WATCH_CHOSEN: Final = "chosen"
WATCH_ACCOUNT: Final = "account"

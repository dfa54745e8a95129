"""Names that the integration's files share."""

from typing import Final

DOMAIN: Final = "ringcentral"
MANUFACTURER: Final = "RingCentral"

# Fired on the bus for everything that happens to a call.
EVENT_CALL: Final = "ringcentral_call"

# Fired on the bus for voicemails that were received, and for transcriptions that came later.
EVENT_VOICEMAIL: Final = "ringcentral_voicemail"

DEFAULT_SERVER: Final = "https://platform.ringcentral.com"
CARRIER_SERVER: Final = "https://platform.ringcentral.biz"
# The page that leads through the console.
GUIDE_URL: Final = "https://github.com/home-assistant-ringcentral/ringcentral/blob/main/docs/app.md"

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
WATCH_LINES: Final = "lines"
WATCH_FAVORITES: Final = "favorites"
WATCH_ACCOUNT: Final = "account"
WATCH_CHOICES: Final = (WATCH_OWN, WATCH_CHOSEN, WATCH_LINES, WATCH_FAVORITES, WATCH_ACCOUNT)

# Whether the calls of the whole company are read from the log.
CONF_COMPANY_LOG: Final = "company_call_log"

# How much of callers is shown.
CONF_PRIVACY: Final = "privacy"

# How events come, and how many milliseconds each waits for earlier ones.
CONF_TRANSPORT: Final = "transport"
CONF_HOLD_BACK: Final = "hold_back"
TRANSPORT_AUTOMATIC: Final = "automatic"
TRANSPORT_WEBSOCKET: Final = "websocket"
TRANSPORT_WEBHOOK: Final = "webhook"

# The name of the company, for the account's device; missing where RingCentral does not show it.
CONF_COMPANY: Final = "company"

# What the webhook keeps in the entry's data.
CONF_VERIFICATION_TOKEN: Final = "verification_token"  # noqa: S105
CONF_CLOUDHOOK_URL: Final = "cloudhook_url"

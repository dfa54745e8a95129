"""What a user would do by hand in the browser: add the integration by its dialogs, and make a dashboard."""

from collections.abc import Mapping
import json
from typing import Any

from simulator.cloud import Simulator

from .home_assistant import HomeAssistant, StartError

DASHBOARD = "office-phones"
_FLOW = "/api/config/config_entries/flow"
_ENTRY = "/api/config/config_entries/entry"


async def add_integration(home: HomeAssistant, simulator: Simulator) -> bool:
    """Take the integration through its own dialogs; return whether that was needed.

    It watches the whole account, and the monitored lines, among which are the call queue and the park location.
    """
    made_for = {"server": simulator.url, "account": simulator.account.id}
    marker = home.config / "made-for.json"
    entries = await home.request("GET", f"{_ENTRY}?domain=ringcentral")
    if entries and marker.exists() and json.loads(marker.read_text()) == made_for:
        return False
    for entry in entries:
        await home.request("DELETE", f"{_ENTRY}/{entry['entry_id']}")
    login = simulator.credentials
    steps: list[Mapping[str, Any]] = [
        {"next_step_id": "jwt"},
        {
            "client_id": login.client_id,
            "client_secret": login.client_secret,
            "jwt": login.jwt,
            "advanced": {"server": simulator.url},
        },
        {"watch": ["account", "lines"]},
    ]
    flow = await home.request("POST", _FLOW, {"handler": "ringcentral"})
    for step in steps:
        flow = await home.request("POST", f"{_FLOW}/{flow['flow_id']}", step)
        if flow.get("errors"):
            raise StartError(f"The integration's dialog refused its input: {flow['errors']}")
    if flow["type"] != "create_entry":
        raise StartError(f"The integration's dialog ended otherwise than expected: {flow['type']}")
    marker.write_text(json.dumps(made_for))
    return True


async def offer_browser_login(home: HomeAssistant, simulator: Simulator) -> None:
    """Let a user try the login in the browser: RingCentral knows this Home Assistant, and it knows the app."""
    login = simulator.credentials
    redirect_uris = simulator.login(login).application.redirect_uris
    redirect_uris |= {f"{base}/auth/external/callback" for base in (home.url, f"http://localhost:{home.port}")}
    simulator.settings.consent = "ask"
    (known,) = await home.commands({"type": "application_credentials/list"})
    if not any(one["client_id"] == login.client_id for one in known):
        credential = {"client_id": login.client_id, "client_secret": login.client_secret, "name": "Demo app"}
        await home.commands({"type": "application_credentials/create", "domain": "ringcentral", **credential})


async def make_dashboard(home: HomeAssistant) -> None:
    """Make the dashboard that builds itself, by the strategy that comes with the integration."""
    await home.commands(
        {
            "type": "lovelace/dashboards/create",
            "url_path": DASHBOARD,
            "title": "Phones",
            "icon": "mdi:phone",
            "show_in_sidebar": True,
            "require_admin": False,
            "mode": "storage",
        },
        {
            "type": "lovelace/config/save",
            "url_path": DASHBOARD,
            "config": {"strategy": {"type": "custom:ringcentral-phones"}},
        },
    )

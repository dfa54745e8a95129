"""A user with a browser: goes to RingCentral's authorize page, and comes back to Home Assistant."""

from homeassistant.components.application_credentials import DATA_COMPONENT as CREDENTIALS
from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType
from yarl import URL

from custom_components.ringcentral.const import DOMAIN
from tests.waiting import until

# Where the harness's fixture says that the user sees Home Assistant.
REDIRECT_URI = "https://example.com/auth/external/callback"


class Browser:
    """Drives the dialogs, and carries the redirects between the simulated cloud and Home Assistant."""

    def __init__(self, hass, simulator, home, web) -> None:
        self.hass = hass
        self.simulator = simulator
        self.application = simulator.login(simulator.credentials).application
        self.application.redirect_uris.add(REDIRECT_URI)
        self._home, self._web = home, web

    async def add_credential(self, name="demo", *, client_id=None, client_secret=None) -> None:
        """Give Home Assistant an app."""
        client_id = client_id or self.simulator.credentials.client_id
        if client_secret is None:
            client_secret = self.simulator.credentials.client_secret
        credential = {"domain": DOMAIN, "client_id": client_id, "client_secret": client_secret, "name": name}
        await self.hass.data[CREDENTIALS].async_create_item({**credential, "auth_domain": name})

    async def start(self):
        """Begin a dialog and choose to log in in the browser; return the step after that."""
        flow = await self.hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        return await self.choose(flow)

    async def start_reconfigure(self, entry):
        """Begin the dialog that changes an entry's login."""
        context = {"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
        return await self.hass.config_entries.flow.async_init(DOMAIN, context=context)

    async def choose(self, flow):
        assert (flow["type"], flow["step_id"]) == (FlowResultType.MENU, "user")
        return await self.answer(flow, {"next_step_id": "pick_implementation"})

    async def answer(self, step, given=None):
        return await self.hass.config_entries.flow.async_configure(step["flow_id"], given)

    async def choose_server(self, step):
        """Enter the simulated cloud's address; return the step that sends the browser there."""
        assert (step["type"], step["step_id"]) == (FlowResultType.FORM, "server")
        return await self.answer(step, {"advanced": {"server": self.simulator.url}})

    async def go(self, url):
        """Ask for the authorize page; return the address that it sends the browser to."""
        async with self._web.get(url, allow_redirects=False) as response:
            assert response.status == 302, await response.text()
            return URL(response.headers["Location"])

    async def come_back(self, location):
        """Follow the redirect to Home Assistant."""
        assert str(location.with_query(None)) == REDIRECT_URI
        response = await self._home.get(location.relative().raw_path_qs)
        assert response.status == 200, await response.text()

    async def log_in(self, step):
        """Go to the page of this external step and back; return the step after that."""
        assert step["type"] is FlowResultType.EXTERNAL_STEP
        assert step["url"].startswith(f"{self.simulator.url}/restapi/oauth/authorize?")
        await self.come_back(await self.go(step["url"]))
        return await self.answer(step)

    async def add_entry(self, options=None):
        """Go through the whole dialog; return the entry, set up and connected for a minute."""
        step = await self.log_in(await self.choose_server(await self.start()))
        assert step["step_id"] == "watch"
        done = await self.answer(step, options or {"watch": ["own"]})
        assert done["type"] is FlowResultType.CREATE_ENTRY
        await self.hass.async_block_till_done()
        entry = done["result"]
        await until(lambda: entry.runtime_data.link.is_connected)
        # By then RingCentral has forgotten the requests, of which it allows few.
        self.simulator.clock.advance(61)
        return entry

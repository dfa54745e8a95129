"""A webhook's endpoint on a real server of its own, without Home Assistant."""

import asyncio

from aiohttp import web
from aiohttp.test_utils import TestServer

from custom_components.ringcentral.api.errors import WebhookUnusableError
from custom_components.ringcentral.api.webhook_subscription import WebhookSubscription
from tests.api.link import OWN_PRESENCE, Listener
from tests.waiting import until


class Hook:
    """An endpoint; ``addresses`` are those that it has, the best first."""

    verification_token = "the-secret"

    def __init__(self):
        self.is_closing = False
        self.refused = {}
        self.addresses = []
        self._handlers = None
        application = web.Application()
        application.router.add_post("/{path:.*}", self._handle)
        self._server = TestServer(application)

    async def __aenter__(self):
        await self._server.start_server()
        self.addresses = [self.url("hook")]
        return self

    async def __aexit__(self, *_):
        await self._server.close()

    def url(self, path):
        return str(self._server.make_url(f"/ours/{path}"))

    def move(self, *addresses):
        """Have other addresses from now on."""
        self.addresses = list(addresses)
        self._handlers[2]()

    async def choose(self):
        for address in self.addresses:
            if address not in self.refused:
                return address
        raise WebhookUnusableError("There is no address", cause="webhook_no_address")

    def refuse(self, address, code):
        self.refused[address] = code

    def owns(self, address):
        return "/ours/" in address

    def listen(self, *handlers):
        self._handlers = handlers

        def unlisten():
            self._handlers = None

        return unlisten

    async def _handle(self, request):
        if self._handlers is None:
            return web.Response()
        receive, deliver, _ = self._handlers
        receipt = await receive(request.headers, request.content)
        if receipt.payload is not None:
            asyncio.get_running_loop().call_soon(deliver, receipt.payload)
        return web.Response(headers=dict(receipt.headers), content_type="application/json")


class Running:
    """A subscription under way."""

    def __init__(self, client, hook):
        self.client = client
        self.hook = hook
        self.listener = Listener(client.clock)
        self.subscription = WebhookSubscription(client, hook, listener=self.listener, filters=OWN_PRESENCE)
        self.task = None

    async def come_up(self):
        self.task = asyncio.create_task(self.subscription.run())
        await self.is_up(1)

    async def is_up(self, times):
        await until(lambda: len(self.listener.recovered) >= times)

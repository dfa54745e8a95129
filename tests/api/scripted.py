"""A real server on this machine that does what a test says, for what the simulator is too well-behaved to do."""

from aiohttp import web
from aiohttp.test_utils import TestServer

# Budgets so large that they don't slow a test; the client learns them from the headers.
PLENTY = {"X-Rate-Limit-Limit": "1000", "X-Rate-Limit-Remaining": "999"}


class ScriptedServer:
    """Answers every request by ``answer``; ``requests`` are those that came, ``bodies`` what they held."""

    def __init__(self):
        self.requests = []
        self.bodies = []
        self.answer = lambda request: web.json_response({}, headers=PLENTY)
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._server = TestServer(application)

    async def __aenter__(self):
        await self._server.start_server()
        return self

    async def __aexit__(self, *_):
        await self._server.close()

    @property
    def url(self):
        return str(self._server.make_url("")).rstrip("/")

    def always(self, body, status=200, headers=None):
        """Answer every request alike; bytes are sent as they are, anything else as JSON."""
        headers = {**PLENTY, **(headers or {})}

        def answer(request):
            if isinstance(body, bytes):
                return web.Response(body=body, status=status, headers=headers)
            return web.json_response(body, status=status, headers=headers)

        self.answer = answer

    async def _answer(self, request):
        self.requests.append(request)
        self.bodies.append(await request.read())
        answer = self.answer(request)
        return answer if isinstance(answer, web.StreamResponse) else await answer

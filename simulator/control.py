"""Making things happen by hand: a small JSON interface and a web page, under ``/simulator/`` on the cloud's server.

Requests are JSON objects; a refusal is ``{"error": one sentence}``.
"""

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from .cloud import Simulator
from .control_calls import CallControl, Work
from .control_fields import Fields, InvalidRequestError
from .dialects import DIALECTS
from .extension import SETTABLE, Extension
from .guard import Guard, refuse
from .legs import Leg
from .office_day import OfficeDay
from .phones import Phones
from .tasks import Tasks
from .timestamps import timestamp

_PAGE = Path(__file__).with_name("page.html")
_ICON = Path(__file__).with_name("icon.svg")
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Control:
    """The control interface of a simulator."""

    def __init__(self, simulator: Simulator, phones: Phones, office_day: OfficeDay) -> None:
        """Control these; ``mount`` has to be called before the simulator starts."""
        self.phones = phones
        self.office_day = office_day
        self._simulator = simulator
        self._account = simulator.account
        self._guard = Guard(simulator.host)
        self._tasks = Tasks()
        self._calls = CallControl(phones, self._tasks)

    def mount(self) -> None:
        """Add the interface to the simulator's server."""
        table: dict[str, Work] = {
            **self._calls.table(),
            "presence": self.presence,
            "dnd": self.dnd,
            "meeting": self.meeting,
            "faults": self.apply_fault,
            "faults/clear": self.clear_faults,
            "dialects": self.dialects,
            "office": self.office,
        }
        self._simulator.http.routes += [
            web.get("/simulator", self._guard(self._redirect)),
            web.get("/simulator/", self._guard(self._page)),
            web.get("/simulator/icon.svg", self._guard(self._icon)),
            web.get("/simulator/state", self._guard(self._state)),
            *(web.post(f"/simulator/{path}", self._guard(self._doing(work))) for path, work in table.items()),
            web.route("*", "/simulator/{tail:.*}", self._guard(self._unknown)),
        ]

    async def stop(self) -> None:
        """End what is under way."""
        await self.office_day.stop()
        await self._tasks.stop()

    # People

    def presence(self, fields: Fields) -> dict[str, Any]:
        """Set presence fields by their names in RingCentral's API."""
        extension = self._calls.extension(fields)
        change = {name: value for name in sorted(SETTABLE) if (value := fields.take(name)) is not None}
        fields.done()
        self._account.update_presence(extension.id, change)
        return {}

    def dnd(self, fields: Fields) -> dict[str, Any]:
        """Switch Do Not Disturb."""
        extension, is_on = self._calls.extension(fields), fields.flag("on", required=True)
        fields.done()
        self.phones.set_dnd(extension, is_on)
        return {}

    def meeting(self, fields: Fields) -> dict[str, Any]:
        """Let a user join or leave a meeting."""
        extension, is_on = self._calls.extension(fields), fields.flag("on", required=True)
        fields.done()
        self.phones.set_meeting(extension, is_on)
        return {}

    # Faults, dialects and the office day

    def apply_fault(self, fields: Fields) -> dict[str, Any]:
        """Switch on a fault."""
        self._simulator.faults.apply(fields.rest())
        return {"faults": self._simulator.faults.describe()}

    def clear_faults(self, fields: Fields) -> dict[str, Any]:
        """Switch off all faults, or those of one kind."""
        kind = fields.text("kind")
        fields.done()
        self._simulator.faults.clear(kind)
        return {"faults": self._simulator.faults.describe()}

    def dialects(self, fields: Fields) -> dict[str, Any]:
        """Speak these dialects from now on, and no others."""
        names = fields.texts("names")
        fields.done()
        self._account.settings.speak(names)
        return {"dialects": list(self._account.settings.dialects)}

    def office(self, fields: Fields) -> dict[str, Any]:
        """Start or stop the office day, or change its speed."""
        speed, is_playing = fields.number("speed"), fields.flag("playing", default=self.office_day.is_playing)
        fields.done()
        if speed is not None:
            self.office_day.speed = speed
        if is_playing:
            self.office_day.start()
        else:
            self._tasks.start(self.office_day.stop())
        return {}

    # What is

    async def _state(self, request: web.Request) -> web.StreamResponse:
        number = request.query.get("extension")
        shown = [self.phones.find(number)] if number else self._account.extensions.values()
        office = self.office_day
        state = {
            "office": {"playing": office.is_playing, "speed": office.speed, "time": office.time_of_day},
            "faults": self._simulator.faults.describe(),
            "dialects": {"spoken": list(self._account.settings.dialects), "known": list(DIALECTS)},
            "connections": len(self._simulator.gateway.connections),
            "subscriptions": len(self._simulator.subscriptions.by_id),
            "extensions": [self._describe(extension) for extension in shown if extension.number is not None],
        }
        return web.json_response(state, headers={"Cache-Control": "no-store"})

    def _describe(self, extension: Extension) -> dict[str, Any]:
        truth = self._account.truth(extension.id)
        names = ("presenceStatus", "userStatus", "telephonyStatus", "dndStatus", "meetingStatus", "message")
        return {
            "id": extension.id,
            "number": extension.number,
            "name": extension.name,
            "type": extension.type,
            "ringsOutside": any(call.rings_outside for call in self.phones.calls_of(extension)),
            "takesCalls": self._account.takes_calls(extension),
            **{name: truth.fields[name] for name in names if name in truth.fields},
            "calls": [_describe_call(leg) for leg in truth.calls],
        }

    async def _icon(self, _: web.Request) -> web.StreamResponse:
        return web.Response(text=_ICON.read_text(), content_type="image/svg+xml")

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return web.Response(text=_PAGE.read_text(), content_type="text/html", headers=_PAGE_HEADERS)

    async def _redirect(self, _: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/simulator/")

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        return refuse(404, f"There is no {request.method} {request.path}.")

    # Requests

    def _doing(self, work: Work) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            if request.content_type != "application/json":
                raise InvalidRequestError("The request has to be JSON (Content-Type: application/json).")
            try:
                body = json.loads(await request.read())
            except ValueError:
                raise InvalidRequestError("The request is no valid JSON.") from None
            return web.json_response(work(Fields(body)))

        return handle


def _describe_call(leg: Leg) -> dict[str, Any]:
    return {
        "sessionId": leg.session_id,
        "direction": leg.direction,
        "telephonyStatus": leg.status,
        "from": leg.from_number,
        "fromName": leg.from_name,
        "to": leg.to_number,
        "toName": leg.to_name,
        "queue": leg.queue_name,
        "startTime": timestamp(leg.started_at),
    }

"""The message store by REST: lists, synchronisation, read status, content.

Source: RingCentral's guide to messaging and its OpenAPI specification; whose messages a standard user gets: an
experiment of its SDK maintainer (2025), code CMN-419.
"""

from collections.abc import Callable
from typing import Any

from .account import Account
from .account_resources import AccountResources
from .call_log import SyncFrames
from .call_log_resources import DAY, SYNC_LIMIT, moment
from .errors import extended_scope_missing, invalid_parameter, not_found
from .messages import ALIVE, PURGED, READ, UNREAD, Message, describe, make_audio
from .rest import Answer, Operation, Request, operation
from .settings import CloudSettings
from .timestamps import timestamp

# Synchronization overlaps by this many seconds (guide).
OVERLAP = 5.0


class MessageResources(AccountResources):
    """The messages of an extension."""

    def __init__(self, account: Account, settings: CloudSettings) -> None:
        """Show the messages of that account."""
        super().__init__(account, settings)
        self.frames = SyncFrames(account.clock, settings, "AAAAAv8AAAE1")

    def operations(self) -> list[Operation]:
        """Return the rows for the table; list and synchronisation have ``x-availability: High``."""
        extension = "/restapi/v1.0/account/{accountId}/extension/{extensionId}"
        message = f"{extension}/message-store/{{messageId}}"
        table: list[tuple[str, str, Callable[[Request], Any], str, str, bool]] = [
            ("GET", f"{extension}/message-store", self.list_messages, "light", "ReadMessages", True),
            ("GET", f"{extension}/message-sync", self.sync, "light", "ReadMessages", True),
            ("GET", message, self.read, "light", "ReadMessages", False),
            ("PUT", message, self.update, "medium", "EditMessages", False),
            ("PATCH", message, self.update, "medium", "EditMessages", False),
            ("DELETE", message, self.delete, "medium", "EditMessages", False),
            ("GET", f"{message}/content/{{attachmentId}}", self.content, "medium", "ReadMessages", False),
        ]
        return [
            operation(method, path, work, group=group, permission=permission, user_permission=permission, is_high=high)
            for method, path, work, group, permission, high in table
        ]

    def list_messages(self, request: Request) -> dict[str, Any]:
        """List messages, by default of the last 24 hours."""
        begin = moment(request, "dateFrom", self._account.clock.time() - DAY)
        found = [one for one in self._of(request) if one.created_at >= begin and _fits(request, one)]
        return self._page(request, found, lambda one: self._describe(request, one))

    def sync(self, request: Request) -> dict[str, Any]:
        """Answer what has changed since a token, or begin a frame."""
        kind = (request.values("syncType") or ["FSync"])[0]
        now = self._account.clock.time()
        messages = self._of(request)
        extension_id = self._mailbox(request)
        older = False
        if kind == "FSync":
            begin = moment(request, "dateFrom", now - DAY)
            count = min(request.number("recordCount", SYNC_LIMIT), SYNC_LIMIT)
            found = [one for one in messages if one.created_at >= begin and _fits(request, one)]
            older, found = len(found) > count, found[:count]
            records = [self._describe(request, one) for one in found if one.availability == ALIVE]
        elif kind == "ISync":
            since = self.frames.since((request.values("syncToken") or [""])[0], extension_id)
            if since is None:
                raise invalid_parameter("syncToken")
            changed = [one for one in messages if one.modified_at > since - OVERLAP]
            records = [self._changed(request, one) for one in changed]
        else:
            raise invalid_parameter("syncType", kind)
        info = {
            "syncType": kind,
            "syncToken": self.frames.make(extension_id, now),
            "syncTime": timestamp(now),
            "olderRecordsExist": older,
        }
        return {"uri": f"{request.base_url}{request.path}?syncType={kind}", "records": records, "syncInfo": info}

    def read(self, request: Request) -> dict[str, Any]:
        """Read one message."""
        return self._describe(request, self._message(request))

    def update(self, request: Request) -> dict[str, Any]:
        """Mark a message as read or unread; a PATCH may delete it or take it back, too."""
        message = self._message(request)
        body = request.body if isinstance(request.body, dict) else {}
        status, availability = body.get("readStatus"), body.get("availability")
        if status not in {READ, UNREAD, None} or (request.method == "PUT" and status is None):
            raise invalid_parameter("readStatus", str(status))
        if status is not None:
            self._account.messages.set_read(message, status)
        if request.method == "PATCH" and availability == ALIVE:
            self._account.messages.restore(message)
        elif request.method == "PATCH" and availability is not None:
            self._account.messages.delete(message, purge=availability == PURGED)
        return self._describe(request, message)

    def delete(self, request: Request) -> None:
        """Delete a message, the second time for good."""
        self._account.messages.delete(self._message(request), purge=request.is_true("purge"))

    def content(self, request: Request) -> Answer:
        """Return a recording or a transcription."""
        message = self._message(request)
        number = request.places["attachmentId"]
        if message.availability == PURGED or number not in {str(message.id), str(message.id + 1)}:
            raise not_found("attachmentId")
        if number == str(message.id):
            return Answer(200, make_audio(message.seconds), {"Content-Type": "audio/x-wav"})
        if message.transcription != "Completed":
            raise not_found("attachmentId")
        return Answer(200, message.text.encode(), {"Content-Type": "text/plain"})

    def _of(self, request: Request) -> list[Message]:
        return self._account.messages.of(self._mailbox(request))

    def _mailbox(self, request: Request) -> int:
        extension = self._extension(request)
        login = request.session.login
        if extension.id != login.extension_id and not login.is_administrator:
            raise extended_scope_missing("ReadMessages")
        return extension.id

    def _message(self, request: Request) -> Message:
        number = request.places["messageId"]
        found = self._account.messages.get(self._mailbox(request), int(number)) if number.isdecimal() else None
        if found is None:
            raise not_found("messageId")
        return found

    def _describe(self, request: Request, message: Message) -> dict[str, Any]:
        uri = self._extension_uri(request, message.extension_id)
        media_url = self._settings.media_url
        media = uri.replace(request.base_url, media_url, 1) if media_url else uri
        return {**describe(message, media, uri, self._settings.withheld_word), "extensionId": str(message.extension_id)}

    def _changed(self, request: Request, message: Message) -> dict[str, Any]:
        if message.availability != ALIVE:
            return {"id": message.id, "availability": message.availability}
        return self._describe(request, message)


def _fits(request: Request, message: Message) -> bool:
    given = {name: set(request.values(name)) for name in ("messageType", "readStatus", "availability", "direction")}
    return (
        (not given["messageType"] or "VoiceMail" in given["messageType"])
        and (not given["direction"] or "Inbound" in given["direction"])
        and (not given["readStatus"] or message.read_status in given["readStatus"])
        and message.availability in (given["availability"] or {ALIVE})
    )

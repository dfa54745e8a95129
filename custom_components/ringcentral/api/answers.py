"""What REST answers hold: one record, a page of many, or the parts of a bulk request.

One record that can't be read does not lose the others.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from .bulk import Part
from .errors import PayloadError, RingCentralError
from .models import PartialPresence, Presence
from .presence_payload import read_presence
from .tolerant import read
from .transport import Reply, refusal


class _Navigation(msgspec.Struct, frozen=True, rename="camel"):
    next_page: dict[str, Any] | None = None


class Page(msgspec.Struct, frozen=True):
    """A page of a list; ``records`` are read one by one."""

    records: tuple[msgspec.Raw, ...] = ()
    navigation: _Navigation | None = None

    @property
    def is_last(self) -> bool:
        """Return whether the list ends here: the totals may be missing, the address of the next page may not."""
        return self.navigation is None or self.navigation.next_page is None


class SyncInfo(msgspec.Struct, frozen=True, rename="camel"):
    """Where a synchronization goes on."""

    sync_token: str


class _SyncPage(msgspec.Struct, frozen=True, rename="camel"):
    sync_info: SyncInfo
    records: tuple[msgspec.Raw, ...] = ()


class Synced[RecordT](NamedTuple):
    """Records that are new or have changed, and the token to ask with for those that will."""

    records: tuple[RecordT, ...]
    token: str


def read_answer[RecordT: msgspec.Struct](reply: Reply, kind: type[RecordT]) -> RecordT:
    """Return what can be read of an answer's object."""
    try:
        return read(reply.body, kind).record
    except PayloadError as error:
        raise PayloadError(f"The answer was not of the documented shape: {error}") from error


def read_page(reply: Reply) -> Page:
    """Return a page of a list; one of which not all can be read might hide that there are others."""
    page, unreadable = read(reply.body, Page, plain=True)
    if unreadable:
        raise PayloadError(f"A page was not of the documented shape: {', '.join(unreadable)}")
    return page


def read_synced[RecordT: msgspec.Struct](reply: Reply, kind: type[RecordT]) -> Synced[RecordT]:
    """Return what a synchronization brought; raises :class:`PayloadError` where it can't go on."""
    try:
        page, unreadable = read(reply.body, _SyncPage, plain=True)
    except PayloadError as error:
        raise PayloadError(f"A synchronization was not of the documented shape: {error}") from error
    if unreadable:
        raise PayloadError(f"A synchronization was not of the documented shape: {', '.join(unreadable)}")
    return Synced(tuple(read_records(page.records, kind)), page.sync_info.sync_token)


def read_records[RecordT: msgspec.Struct](records: Iterable[msgspec.Raw], kind: type[RecordT]) -> Iterator[RecordT]:
    """Return what can be read of records; those without an id, where there has to be one, are left out."""
    for raw in records:
        with suppress(PayloadError):
            yield read(raw, kind).record


def read_parts(parts: Iterable[Part]) -> Iterator[tuple[str, Presence | RingCentralError]]:
    """Return the presences that a bulk request brought, or what failed, by the ids of the extensions."""
    for part in parts:
        extension_id = str(part.resource_id)
        if part.status >= 400:
            yield extension_id, refusal(Reply(part.status, {}, bytes(part.body)))
        else:
            try:
                yield extension_id, read_own_presence(part.body)
            except PayloadError as error:
                yield extension_id, error


def read_own_presence(body: bytes | msgspec.Raw) -> Presence:
    """Return what an extension's own resource says, where no message is an empty one (captured replies)."""
    try:
        presence = read_presence(body)
    except PayloadError as error:
        raise PayloadError(f"A presence was not of the documented shape: {error}") from error
    is_lost = isinstance(presence, PartialPresence) and "message" in presence.unreadable
    return presence if presence.message is not None or is_lost else msgspec.structs.replace(presence, message="")

"""The call log by REST: lists, synchronisation, calls in progress.

Source: RingCentral's guide ("Call log", "Syncing") and its OpenAPI specification. The codes CLG-101 to CLG-105 have one
message in the guide's table; which stands for what is not known.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .account import Account
from .account_resources import AccountResources
from .call_log import MISSED_RESULTS, LogRecord, SyncFrames
from .errors import ApiError, extended_scope_missing, invalid_parameter, not_found, user_permission_missing
from .extension import Extension
from .legs import INBOUND
from .rest import Operation, Request, operation
from .settings import CloudSettings
from .timestamps import timestamp

SYNC_LIMIT = 250
FARTHEST_BACK = 30 * 86400.0
DAY = 86400.0


class CallLogResources(AccountResources):
    """The call log of the account and of its extensions."""

    def __init__(self, account: Account, settings: CloudSettings) -> None:
        """Show the log of that account."""
        super().__init__(account, settings)
        self.frames = SyncFrames(account.clock, settings, "FAsDAwAAAT8K")

    def operations(self) -> list[Operation]:
        """Return the rows for the table; all are of the Heavy group and have ``x-availability: High``."""
        account = "/restapi/v1.0/account/{accountId}"
        extension = f"{account}/extension/{{extensionId}}"
        table = [
            (f"{extension}/call-log", self.list_calls, True),
            (f"{extension}/call-log-sync", self.sync, True),
            (f"{extension}/call-log/{{recordId}}", self.read_call, True),
            (f"{extension}/active-calls", self.list_active, False),
            (f"{account}/call-log", self.list_calls, True),
            (f"{account}/call-log-sync", self.sync, True),
        ]
        return [
            operation(
                "GET",
                path,
                work,
                group="heavy",
                permission="ReadCallLog",
                user_permission="ReadCallLog",
                is_high=is_high,
            )
            for path, work, is_high in table
        ]

    def list_calls(self, request: Request) -> dict[str, Any]:
        """List records, by default of the last 24 hours."""
        of = self._of(request)
        now = self._account.clock.time()
        begin = moment(request, "dateFrom", now - DAY)
        end = moment(request, "dateTo", now)
        records = [
            one
            for one in self._account.call_log.records(of)
            if begin <= one.started_at <= end and self._fits(request, one)
        ]
        return self._page(request, records, lambda one: self._record(request, one))

    def read_call(self, request: Request) -> dict[str, Any]:
        """Read one record."""
        records = self._account.call_log.records(self._of(request))
        found = next((one for one in records if one.id == request.places["recordId"]), None)
        if found is None:
            raise not_found("callRecordId")
        return self._record(request, found)

    def list_active(self, request: Request) -> dict[str, Any]:
        """List the calls in progress, as records whose result is not known."""
        extension = self._own(request)
        records = [
            LogRecord(
                id=f"active-{leg.id}",
                leg=leg,
                started_at=leg.started_at,
                duration=round(self._account.clock.time() - leg.started_at),
                result="In Progress",
                modified_at=self._account.clock.time(),
            )
            for leg in self._account.legs(extension.id)
            if leg.is_live and not leg.is_monitored
        ]
        return self._page(request, records, lambda one: self._record(request, one))

    def sync(self, request: Request) -> dict[str, Any]:
        """Answer what has changed since a token, or begin a frame."""
        of = self._of(request)
        kind = (request.values("syncType") or ["FSync"])[0]
        if kind not in {"FSync", "ISync"}:
            raise invalid_parameter("syncType", kind)
        now = self._account.clock.time()
        records = self._account.call_log.records(of)
        group = (request.values("statusGroup") or ["All"])[0]
        if kind == "FSync":
            count = request.number("recordCount", 0) if request.values("recordCount") else 0
            if not 1 <= count <= SYNC_LIMIT:
                raise invalid_parameter("recordCount", str(count))
            begin = moment(request, "dateFrom", now - DAY)
            if begin < now - FARTHEST_BACK - 60:
                raise invalid_parameter("dateFrom")
            shown = [one for one in records if one.started_at >= begin and self._is_of_group(one, group)]
            return self._synced(request, shown[:count], kind, (of, group), now)
        token = (request.values("syncToken") or [""])[0]
        frame = self.frames.since(token, (of, group))
        if frame is None:
            raise _token_invalid("Sync token expired, call log was reset")
        # Frames overlap, so that changed records come again (guide).
        shown = [one for one in records if one.modified_at > frame - self._settings.sync_overlap]
        shown = [one for one in shown if self._is_of_group(one, group)]
        if len(shown) > SYNC_LIMIT:
            raise _token_invalid("max sync record number limit is exceeded")
        return self._synced(request, shown, kind, (of, group), now)

    def _synced(
        self, request: Request, records: Iterable[LogRecord], kind: str, frame: tuple[int | None, str], now: float
    ) -> dict[str, Any]:
        return {
            "uri": f"{request.base_url}{request.path}?syncType={kind}",
            "records": [self._record(request, one) for one in records],
            "syncInfo": {"syncType": kind, "syncToken": self.frames.make(frame, now), "syncTime": timestamp(now)},
        }

    def _is_of_group(self, record: LogRecord, group: str) -> bool:
        return group != "Missed" or (record.leg.direction == INBOUND and record.result in MISSED_RESULTS)

    def _fits(self, request: Request, record: LogRecord) -> bool:
        given = {name: set(request.values(name)) for name in ("direction", "sessionId", "telephonySessionId")}
        return (
            (not given["direction"] or record.leg.direction in given["direction"])
            and (not given["sessionId"] or record.leg.session_id in given["sessionId"])
            and (not given["telephonySessionId"] or record.leg.telephony_session_id in given["telephonySessionId"])
            and (record.result != "Blocked" or request.values("showBlocked") != ["false"])
        )

    # Who may

    def _of(self, request: Request) -> int | None:
        """Return whose log is asked for, None for that of the account; raise ApiError for whose it is not."""
        if "extensionId" in request.places:
            return self._own(request).id
        self._check_account(request)
        if "FullCompanyCallLog" not in request.session.login.permissions:
            raise user_permission_missing("FullCompanyCallLog")
        return None

    def _own(self, request: Request) -> Extension:
        extension = self._extension(request)
        login = request.session.login
        if extension.id != login.extension_id and not login.is_administrator:
            raise extended_scope_missing("ReadCallLog")
        return extension

    # How a record looks

    def _record(self, request: Request, record: LogRecord) -> dict[str, Any]:
        settings, leg = self._settings, record.leg
        uri = f"{self._extension_uri(request, leg.extension_id)}"
        shown: dict[str, Any] = {
            "uri": f"{uri}/call-log/{record.id}?view=Simple",
            "id": record.id,
            # In 2016 it did not match for missed calls (community, question 484).
            "sessionId": f"9{leg.session_id}" if settings.log_ids == "differ" else leg.session_id,
            "startTime": timestamp(record.started_at),
            "duration": record.duration,
            "durationMs": record.duration * 1000,
            "type": "Voice",
            "internalType": "Local",
            "direction": leg.direction,
            "action": record.action,
            "result": record.result,
            "transport": "PSTN",
            "to": self._party(leg.to_number, leg.to_name, is_caller=False),
            "from": self._party(leg.from_number, leg.from_name, is_caller=leg.direction == INBOUND),
            "extension": {"id": leg.extension_id, "uri": uri},
        }
        if settings.log_ids == "telephony":
            shown |= {"telephonySessionId": leg.telephony_session_id, "partyId": leg.party_id}
        if record.reason is not None:
            shown["reason"] = record.reason
        if record.queue and settings.queue_delegation:
            shown["delegationType"] = "QueueForwarding"
        if record.message_id is not None:
            message = f"{uri}/message-store/{record.message_id}"
            shown["message"] = {"id": str(record.message_id), "type": "VoiceMail", "uri": message}
        if record.is_deleted:
            shown["deleted"] = True
        return {name: value for name, value in shown.items() if value not in (None, {})}

    def _party(self, number: str | None, name: str | None, *, is_caller: bool) -> dict[str, Any]:
        party: dict[str, Any] = {}
        word = self._settings.withheld_word if is_caller else None
        if number is None and word is not None:
            party["phoneNumber"] = word
        elif number and len(number.lstrip("+")) <= 6:
            party["extensionNumber"] = number
        elif number:
            party["phoneNumber"] = number if self._settings.log_plus else number.lstrip("+")
        if name:
            party["name"] = name
        return party


def moment(request: Request, name: str, default: float) -> float:
    """Return a moment that a query parameter names, in Unix seconds; raise ApiError (CMN-101) if it is none."""
    text = (request.values(name) or [""])[0]
    if not text:
        return default
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise invalid_parameter(name, text) from None


def _token_invalid(why: str) -> ApiError:
    return ApiError(
        400,
        "CLG-101",
        f"Parameter [syncToken] is invalid [{why}]",
        word="InvalidParameter",
        parameter_name="syncToken",
    )

"""What the REST API shows of the account: extensions, their presence, their lists.

Source: RingCentral's OpenAPI specification; ``presence/line`` is known from RingCentral's clients only.
"""

from collections.abc import Callable
from typing import Any

from .account import Account
from .errors import ApiError, extended_scope_missing, invalid_uri, not_found
from .extension import FEATURE_PERMISSIONS, Extension
from .rest import Answer, Operation, Request, Work, operation
from .settings import CloudSettings

BULK_LIMIT = 30
PAGE_LIMIT = 1000
MULTIPART_JSON = "application/vnd.ringcentral.multipart+json"


class AccountResources:
    """Extensions, their presence and their lists."""

    def __init__(self, account: Account, settings: CloudSettings) -> None:
        """Show that account."""
        self._account = account
        self._settings = settings

    def operations(self) -> list[Operation]:
        """Return the rows for the table."""
        account = "/restapi/v1.0/account/{accountId}"
        extension = f"{account}/extension/{{extensionId}}"
        presence, line, favorite = f"{extension}/presence", f"{extension}/presence/line", f"{extension}/favorite"
        # Method, path, work, usage group, application permission, user permission.
        table: list[tuple[str, str, Work, str, str, str | None]] = [
            ("GET", f"{account}/business-address", self.read_company, "light", "ReadAccounts", "ReadCompanyInfo"),
            ("GET", f"{account}/extension", self.list_extensions, "medium", "ReadAccounts", "ReadExtensions"),
            ("GET", extension, self.read_extension, "light", "ReadAccounts", "ReadExtensions"),
            ("GET", f"{extension}/features", self.list_features, "medium", "ReadAccounts", None),
            ("GET", f"{account}/presence", self.list_presence, "heavy", "ReadPresence", "ReadPresenceStatus"),
            ("GET", presence, self.read_presence, "light", "ReadPresence", "ReadPresenceStatus"),
            ("PUT", presence, self.update_presence, "medium", "EditPresence", "EditPresenceStatus"),
            ("GET", line, self.list_lines, "light", "ReadPresence", None),
            ("GET", f"{line}/{{lineId}}", self.read_line, "light", "ReadPresence", None),
            ("GET", favorite, self.list_favorites, "light", "ReadContacts", "ReadPersonalContacts"),
        ]
        return [
            operation(method, path, work, group=group, permission=permission, user_permission=user_permission)
            for method, path, work, group, permission, user_permission in table
        ]

    # The company

    def read_company(self, request: Request) -> dict[str, Any]:
        """Read what the account is called (specification, GetAccountBusinessAddressResource)."""
        self._check_account(request)
        uri = f"{self._account_uri(request)}/business-address"
        named = {"company": self._account.company} if self._account.company else {}
        return {"uri": uri, "businessAddress": {"country": "United States"}, **named}

    # Extensions

    def list_extensions(self, request: Request) -> dict[str, Any]:
        """List the extensions that pass the filters."""
        self._check_account(request)
        given = {name: set(request.values(name)) for name in ("status", "type", "extensionNumber", "email")}
        extensions = [
            extension
            for extension in self._account.extensions.values()
            if (not given["status"] or extension.status in given["status"])
            and (not given["type"] or extension.type in given["type"])
            and (not given["extensionNumber"] or extension.number in given["extensionNumber"])
            and (not given["email"] or extension.email in given["email"])
        ]
        return self._page(request, extensions, lambda extension: self._extension_record(request, extension))

    def read_extension(self, request: Request) -> dict[str, Any]:
        """Read one extension."""
        extension = self._extension(request)
        record = self._extension_record(request, extension)
        return {**record, "account": {"id": str(self._account.id), "uri": self._account_uri(request)}}

    def list_features(self, request: Request) -> dict[str, Any]:
        """List what an extension can do; what the user's role lacks is not available."""
        extension = self._extension(request)
        given, available_only = set(request.values("featureId")), request.is_true("availableOnly")
        granted = request.session.login.permissions
        records = []
        for feature in sorted(extension.features | FEATURE_PERMISSIONS.keys()):
            permission = FEATURE_PERMISSIONS.get(feature)
            is_available = feature in extension.features and (permission is None or permission in granted)
            record: dict[str, Any] = {"id": feature, "available": is_available}
            if not is_available:
                reason = f"The user lacks the permission [{permission or feature}]"
                record["reason"] = {"code": "InsufficientPermissions", "message": reason}
            if (not given or feature in given) and (is_available or not available_only):
                records.append(record)
        return {"records": records}

    def _extension_record(self, request: Request, extension: Extension) -> dict[str, Any]:
        first_name, _, last_name = extension.name.partition(" ")
        contact = {"firstName": first_name, "lastName": last_name, "email": extension.email}
        record = {
            "uri": self._extension_uri(request, extension.id),
            "id": extension.id,
            "extensionNumber": extension.number,
            "name": extension.name,
            "type": extension.type,
            "status": extension.status,
            "hidden": extension.hidden,
            "contact": {name: value for name, value in contact.items() if value},
        }
        return {name: value for name, value in record.items() if value is not None}

    # Presence

    def read_presence(self, request: Request) -> Any:
        """Read the presence of one extension, or of up to 30 at once."""
        self._check_account(request)
        ids = request.places["extensionId"].split(",")
        if len(ids) == 1:
            return self._presence(request, self._extension(request))
        if self._settings.bulk_reads == "refused":
            raise ApiError(400, "InvalidMultipartRequest", "Multipart request is not supported")
        if len(ids) > BULK_LIMIT:
            raise ApiError(400, "CMN-106", f"Batch request is limited to {BULK_LIMIT} entries")
        parts = []
        for resource_id in ids:
            try:
                status, body = 200, self._presence(request, self._find_extension(request, resource_id))
            except ApiError as error:
                status, body = error.status, error.body()
            parts.append({"resourceId": resource_id, "status": status, "body": body})
        return Answer(207, parts, {"Content-Type": MULTIPART_JSON})

    def list_presence(self, request: Request) -> dict[str, Any]:
        """Read the presence of the whole account, a page at a time."""
        self._check_account(request)
        shown = [extension for extension in self._account.extensions.values() if extension.status != "Unassigned"]
        return self._page(request, shown, lambda extension: self._presence(request, extension, of_account=True))

    def update_presence(self, request: Request) -> dict[str, Any]:
        """Change what a user may change of a presence: one's own, or as an administrator anyone's."""
        extension = self._extension(request)
        login = request.session.login
        if extension.id != login.extension_id and not login.is_administrator:
            raise ApiError(403, "CMN-402", "Administrator permission required")
        if not isinstance(request.body, dict):
            raise ApiError(400, "CMN-104", "Cannot parse request")
        self._account.update_presence(extension.id, request.body)
        presence = self._presence(request, extension)
        if self._settings.put_answers_unknown_dnd:
            presence["dndStatus"] = "Unknown"
        return presence

    def _presence(self, request: Request, extension: Extension, *, of_account: bool = False) -> dict[str, Any]:
        login = request.session.login
        needs_more = self._settings.others_need_extended_scope and not login.is_administrator
        if needs_more and not of_account and extension.id != login.extension_id:
            raise extended_scope_missing("ReadPresenceStatus")
        detailed = request.is_true("detailedTelephonyState")
        presence = self._account.presence(
            extension.id,
            detailed=detailed,
            sip=detailed and request.is_true("sipData"),
            viewer_id=login.extension_id,
            of_account=of_account,
        )
        uri = self._extension_uri(request, extension.id)
        shown = {"uri": uri, "id": extension.id, "extensionNumber": extension.number}
        return {
            **presence,
            "uri": f"{uri}/presence",
            "extension": {name: value for name, value in shown.items() if value is not None},
        }

    # Lists of a user

    def list_lines(self, request: Request) -> dict[str, Any]:
        """List the lines that a user monitors, the own first."""
        extension = self._extension(request)
        return self._page(request, self._lines(request, extension), lambda line: line)

    def read_line(self, request: Request) -> dict[str, Any]:
        """Read one monitored line."""
        lines = self._lines(request, self._extension(request))
        found = next((line for line in lines if line["id"] == request.places["lineId"]), None)
        if found is None:
            raise not_found("lineId")
        return found

    def _lines(self, request: Request, extension: Extension) -> list[dict[str, Any]]:
        if not self._settings.has_line_list:
            raise invalid_uri()
        uri = self._extension_uri(request, extension.id)
        records = []
        # Lines 1 and 2 are the user's own (EMB); the sample shows 1, then 3 onwards.
        numbered = [(1, extension.id), *enumerate(self._account.monitored_lines(extension.id), 3)]
        for number, monitored_id in numbered:
            monitored = self._account.extensions.get(monitored_id)
            if monitored is None:
                continue
            shown = {
                "id": str(monitored.id),
                "uri": self._extension_uri(request, monitored.id),
                "extensionNumber": monitored.number,
                "type": monitored.type,
            }
            records.append(
                {
                    "id": str(number),
                    "uri": f"{uri}/presence/line/{number}",
                    "notEditableOnHud": number == 1,
                    "extension": {name: value for name, value in shown.items() if value is not None},
                }
            )
        return records

    def list_favorites(self, request: Request) -> dict[str, Any]:
        """List a user's favorites."""
        extension = self._extension(request)
        return {
            "uri": f"{self._extension_uri(request, extension.id)}/favorite",
            "records": [
                {"id": number, "extensionId": str(favorite), "accountId": str(self._account.id)}
                for number, favorite in enumerate(self._account.favorites(extension.id), 1)
            ],
        }

    # What all share

    def _check_account(self, request: Request) -> None:
        if request.places["accountId"] not in {"~", str(self._account.id)}:
            raise not_found("accountId")

    def _extension(self, request: Request) -> Extension:
        self._check_account(request)
        return self._find_extension(request, request.places["extensionId"])

    def _find_extension(self, request: Request, text: str) -> Extension:
        if text == "~":
            return self._account.extensions[request.session.login.extension_id]
        extension = self._account.extensions.get(int(text)) if text.isdigit() else None
        if extension is None:
            raise not_found("extensionId")
        return extension

    def _account_uri(self, request: Request) -> str:
        return f"{request.base_url}/restapi/v1.0/account/{self._account.id}"

    def _extension_uri(self, request: Request, extension_id: int) -> str:
        return f"{self._account_uri(request)}/extension/{extension_id}"

    def _page[T](self, request: Request, items: list[T], show: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
        """Show one page of a list (specification, EnumeratedPagingModel and PageNavigationModel)."""
        page, per_page = request.number("page", 1), min(request.number("perPage", 100), PAGE_LIMIT)
        pages = max(1, -(-len(items) // per_page))
        start = (page - 1) * per_page
        records = [show(item) for item in items[start : start + per_page]]
        path = request.path.replace("/account/~", f"/account/{self._account.id}", 1)
        others = "".join(
            f"&{name}={value}"
            for name in request.query
            if name not in {"page", "perPage"}
            for value in request.values(name)
        )

        def uri(number: int) -> str:
            return f"{request.base_url}{path}?page={number}&perPage={per_page}{others}"

        paging = {"page": page, "perPage": per_page, "pageStart": start, "pageEnd": start + max(0, len(records) - 1)}
        if self._settings.paging_totals:
            paging |= {"totalPages": pages, "totalElements": len(items)}
        neighbours = {"firstPage": 1, "previousPage": page - 1, "nextPage": page + 1, "lastPage": pages}
        navigation = {name: {"uri": uri(number)} for name, number in neighbours.items() if 1 <= number <= pages}
        return {"uri": uri(page), "records": records, "paging": paging, "navigation": navigation}

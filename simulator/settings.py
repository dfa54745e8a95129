"""What can be set about the cloud: the figures RingCentral documents, and behavior on which its sources disagree."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

from .dialects import DIALECTS, combined


@dataclass(slots=True, kw_only=True)
class CloudSettings:
    """Figures of the simulated cloud; times are simulated seconds where nothing else is said."""

    access_token_ttl: float = 3600
    refresh_token_ttl: float = 604800
    session_limit: int = 5
    issue_refresh_tokens: bool = True

    ws_token_ttl: float = 30
    single_use_ws_tokens: bool = True
    idle_timeout: float = 1800
    absolute_timeout: float = 86400
    recovery_timeout: float = 180
    recovery_buffer: int = 100
    # Real seconds between the greeting and what was buffered: RingCentral's JavaScript client begins to listen for
    # events only when it has read the greeting, and loses those that come in the same packet.
    replay_delay: float = 0.1
    ping_interval: float = 60
    # Whether answers through a socket have the headers of 2021: rate limits, the subscription's id.
    former_socket_headers: bool = False
    # Real seconds: the answer crosses a real network, however fast the simulated time runs.
    pong_timeout: float = 10

    subscription_limit: int = 30
    # Patterns (regular expressions) of resolved event filters that are refused.
    refused_filters: tuple[str, ...] = ()
    # Whether one refused filter fails the whole request; else it is listed in disabledFilters.
    fail_on_refused_filter: bool = False
    # Whether the account's simple presence event has a sequence; a capture of 2023 has none.
    account_event_sequence: bool = False

    # Whether the totals of paging are sent; they may be missing.
    paging_totals: bool = True
    # Who agrees when a browser is sent to the authorize page: anyone, no one, or who presses a button.
    consent: Literal["allow", "deny", "ask"] = "allow"

    # Webhook addresses must be HTTPS, but for those of this machine.
    require_https: bool = True
    # Real seconds within which a webhook has to be answered.
    webhook_timeout: float = 3
    # Notifications of one webhook on the way at a time; they are independent requests.
    webhook_concurrency: int = 4
    verification_header: Literal["Verification-Token", "Validation-Token"] = "Verification-Token"
    # Failing for so long blacklists a webhook; it is tried again after that, or never (guide of 2022).
    blacklist_after: float = 600
    blacklist_recheck: float | None = None

    # What presence looks like in events and REST answers: what sources leave open (docs/simulator.md). The defaults are
    # what captures show; where there are none, what is documented. Rows of ``dialects.py`` change these by name.
    dialects: tuple[str, ...] = ()
    event_form: Literal["current", "specified", "2022", "2018", "2016", "2015"] = "current"
    rest_form: Literal["current", "with_total", "2019"] = "current"
    extension_ids: Literal["number", "text"] = "number"
    ids: Literal["text", "number"] = "text"
    times: Literal["Z", "offset", "milliseconds"] = "Z"
    event_paths: Literal["ids", "account_tilde", "tildes"] = "ids"
    sequence: Literal["number", "text", "absent", "two_counters"] = "number"
    total: Literal["number", "text", "absent"] = "number"
    message_in_events: bool = False
    partial_bodies: bool = False
    event_status: Literal["of_list", "no_call", "above_empty_list"] = "of_list"
    account_read_says_no_call: bool = False
    account_filter_has_detail: bool = True
    # Numbers and names
    plus: bool = True
    withheld_number: Literal["absent", "empty", "anonymous"] = "absent"
    parties: Literal["text", "object"] = "text"
    names: bool = True
    names_after_transfer: bool = True
    queue_in_caller_name: bool = False
    # Legs and their lists
    ringing_leg: Literal["captured", "own"] = "captured"
    final_termination: bool = True
    lists_ended_calls: bool = True
    empty_list_in_events: bool = False
    empty_list_in_rest: bool = True
    list_holds: Literal["all", "changed_leg"] = "all"
    doubled_leg: Literal["no", "same", "intermediate"] = "no"
    rings_again: Literal["same_party", "other_party", "after_final"] = "same_party"
    conference_session: Literal["zero", "own"] = "zero"
    attended_transfer: Literal["keeps_session", "moves_leg"] = "keeps_session"
    ring_out: Literal["inbound_outbound", "one_leg"] = "inbound_outbound"
    park_location_events: bool = True
    park_leg_status: bool = True
    monitored_calls_listed: bool = True
    # The newer call handling: whether the account has it, what its dndStatus says, and which field PUT obeys.
    new_call_handling: bool = False
    former_dnd_status: Literal["unknown", "both", "absent"] = "unknown"
    dnd_put: Literal["personal", "both"] = "personal"
    put_answers_unknown_dnd: bool = False
    # REST
    has_line_list: bool = True
    missing_user_permission: Literal["CMN-408", "CMN-419"] = "CMN-408"
    others_need_extended_scope: bool = False

    # Dialects of the history (docs/simulator.md): what sources leave open of the call log and the message store.

    # A record is there some seconds after the end of its call, and says how it ended some later.
    log_delay: float = 5
    log_settles: float = 15
    # What links a record to the live call: both sessions, one (fixtures of 2018), or none (community, 2016).
    log_ids: Literal["telephony", "session", "differ"] = "telephony"
    log_plus: bool = True
    # Each inbound call leaves a second record of the same session, for the phone that rang (ringcentral-js-widgets).
    log_ring_legs: bool = False
    # Members of a queue whose call somebody else took have missed it (an integration of 2023).
    queue_members_missed: bool = False
    # Nothing says how a record shows that its call came by a queue; this is assumed.
    queue_delegation: bool = True
    missed_result: Literal["Missed", "Hang Up", "Hang up", "No Answer"] = "Missed"
    # Seconds by which two synchronisations overlap, and for which a token is good.
    sync_overlap: float = 60
    sync_token_ttl: float | None = None
    # Seconds between the end of a recording and the message.
    voicemail_processing: float = 5
    # The transcription comes later with a notice, with the message, later without a notice, it fails, or there is none.
    transcription: Literal["later", "at_once", "silent", "fails", "off"] = "later"
    transcription_delay: float = 20
    voicemail_event_first: bool = False
    voicemail_event_type: Literal["VoiceMail", "Voicemail"] = "VoiceMail"
    voicemail_event_ids: Literal["text", "number"] = "text"
    message_ids_listed: bool = True
    zero_counts: bool = True
    # Where attachments are, if not on the server itself.
    media_url: str | None = None
    # Answers are compressed, whether or not that was asked for.
    compresses_always: bool = False
    # Maintenance: only what has ``x-availability: High`` is answered, all else with CMN-211 (ringcentral-js-widgets).
    maintenance: bool = False

    # Dialects of the connection (docs/simulator.md): what sources leave open, each with its belief's row there.

    # The refusal of ``refused_filters``, by its code; see ``simulator/filter_refusals.py`` for those that are known.
    filter_refusal: str = "CMN-109"
    # A refused filter is neither subscribed nor listed in disabledFilters.
    hide_refused_filters: bool = False
    # Filters of one subscription; more fail the request with SUB-407 (the number is not documented).
    filter_limit: int | None = None
    # A socket whose OAuth session has no valid token: it says so in an Error frame, it sends nothing any more, or it
    # sends nothing and answers requests with 401.
    socket_after_token: Literal["error_frame", "silent", "rejects"] = "error_frame"
    # GET of a subscription through a socket: works, or is unknown (404 CMN-120).
    socket_reads_subscriptions: bool = True
    # Heartbeats are answered.
    answers_heartbeats: bool = True
    # A second connection with the same pass: is refused, or gets in and the former is closed.
    repeated_ws_token: Literal["refuse", "replace"] = "refuse"
    # A pass that is not accepted: HTTP status 401, or the close code 4400 after the upgrade.
    ws_token_refusal: Literal["http", "close"] = "http"
    # Within one OAuth session the newest socket closes the others.
    newest_socket_wins: bool = False

    # A webhook moves to another address by PUT, against the specification.
    webhook_moves: bool = False
    # Deliveries have our token in a header.
    sends_verification_token: bool = True
    # A webhook subscription ends with the OAuth session that has made it.
    webhook_ends_with_session: bool = False

    # Bulk reads: an array, ``multipart/mixed`` whatever is asked for, or refused with 400.
    bulk_reads: Literal["array", "mixed", "refused"] = "array"
    # Each id of a bulk read counts against the budget.
    bulk_counts_ids: bool = False
    # A login above the limit of sessions ends the oldest, or is refused.
    at_session_limit: Literal["end_oldest", "refuse"] = "end_oldest"

    def __post_init__(self) -> None:
        """Speak the dialects that are named."""
        for name, value in combined(self.dialects).items():
            setattr(self, name, value)

    @property
    def withheld_word(self) -> str | None:
        """What stands in the place of a number that is withheld; None if nothing does."""
        return {"empty": "", "anonymous": "anonymous"}.get(self.withheld_number)

    def speak(self, names: Iterable[str]) -> None:
        """Speak these dialects from now on, and no others; raise ValueError for those that don't go together."""
        names = tuple(names)
        changes = combined(names)
        of_dialects = {name for row in DIALECTS.values() for name in row.changes}
        for field in fields(self):
            if field.name in of_dialects:
                setattr(self, field.name, changes.get(field.name, field.default))
        self.dialects = names

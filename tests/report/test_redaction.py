"""Redaction: whatever a payload is made of, no text of a person survives in it, and its structure does."""

import json

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ringcentral.api.models import Notification, Presence
from custom_components.ringcentral.report.pseudonyms import RESERVED, Pseudonyms
from custom_components.ringcentral.report.redaction import CLEAR, HIDDEN, REDACTED, Rule, redact, rule_of
from tests.samples import PAYLOADS, payload

LETTERS = "ABCDEGHJKabcdefghijklmnopqrstuvwxyzäöéßøçñЖж"
WORDS = st.text(LETTERS, min_size=7, max_size=12)
NUMBERS = st.from_regex(r"(\+|00)?[2-9][0-9]{7,12}", fullmatch=True)
PEOPLE = st.one_of(
    WORDS,
    st.builds("{} {}".format, WORDS, WORDS),
    st.builds("Sales - {}".format, WORDS),
    st.builds("sip:{}@{}.example".format, NUMBERS, WORDS),
    st.builds("{} <{}>".format, WORDS, NUMBERS),
    st.builds("/restapi/v1.0/account/{}/extension/{}/presence".format, WORDS, NUMBERS),
    NUMBERS,
    NUMBERS.map(lambda number: int(number.strip("+"))),
    NUMBERS.map(lambda number: float(number.strip("+"))),
)


def names_in(rule, depth=0):
    """Return the names of all fields that a rule knows."""
    inner = [*rule.fields.values()]
    return {*rule.fields, *(name for one in inner if depth < 5 for name in names_in(one, depth + 1))}


KNOWN = sorted(names_in(rule_of(Notification)) | names_in(rule_of(Presence)))
DOCUMENTS = st.dictionaries(
    st.one_of(st.sampled_from(KNOWN), WORDS),
    st.recursive(
        PEOPLE | st.sampled_from([None, True, "NoCall", "", "0", "blf", 7]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.one_of(st.sampled_from(KNOWN), WORDS), inner, max_size=8)
        ),
        max_leaves=25,
    ),
    max_size=8,
)


def pieces(document):
    """Return the words and numbers of people in a document: of its names, texts and numbers."""
    if isinstance(document, dict):
        return {piece for pair in document.items() for one in pair for piece in pieces(one)}
    if isinstance(document, list):
        return {piece for one in document for piece in pieces(one)}
    words = "".join(one if one.isalnum() else " " for one in str(document)).split()
    return {word.casefold() for word in words if len(word) > 6 and word.casefold() not in COMMON}


COMMON = " ".join([*KNOWN, *RESERVED, "restapi", "account", "extension", "presence", "example"]).casefold()


def shape(document):
    if isinstance(document, dict):
        return [shape(one) for one in document.values()]
    return [shape(one) for one in document] if isinstance(document, list) else type(document)


@settings(max_examples=400)
@given(DOCUMENTS, st.booleans())
def test_no_text_or_number_of_a_person_survives_and_the_structure_does(document, is_read):
    pseudonyms = Pseudonyms(b"salt")
    body = {"body": document, "activeCalls": [document], **document}
    shown = redact(body, rule_of(Presence if is_read else Notification), pseudonyms)
    assert shape(shown) == shape(body)
    text = json.dumps(shown, ensure_ascii=False).casefold()
    assert [piece for piece in pieces(body) if piece in text] == []


def test_the_names_of_known_fields_stay_where_they_belong_and_only_there():
    pseudonyms = Pseudonyms(b"salt")
    sent = {"body": {"telephonyStatus": "Ringing", "secret": {"telephonyStatus": "Ringing"}}}
    shown = redact(sent, rule_of(Notification), pseudonyms)["body"]
    assert shown.pop("telephonyStatus") == "Ringing"
    (unknown,) = shown.values()
    assert "telephonyStatus" not in unknown
    assert "Ringing" not in unknown.values()


EVENTS = sorted(path.stem for path in PAYLOADS.glob("*.json") if path.stem.startswith(("event-detailed", "flow-")))


@pytest.mark.parametrize("name", EVENTS)
def test_what_ringcentral_documents_keeps_its_names_words_and_times(name):
    sent = payload(name)
    shown = redact(sent, rule_of(Notification), Pseudonyms(b"salt"))
    clear = ("timestamp", "startTime", "telephonyStatus", "direction", "terminationType", "dndStatus", "queueCall")
    assert facts(shown, clear) == facts(sent, clear)
    changed = ("from", "to", "fromName", "toName", "sessionId", "partyId", "extensionId", "uuid", "ownerId")
    before, after = facts(sent, changed), facts(shown, changed)
    assert [name for name, _ in after] == [name for name, _ in before]
    same = [value for (_, value), (_, other) in zip(before, after, strict=True) if value == other]
    assert {str(value) for value in same} <= {"", "0", "None", "anonymous"}


def facts(document, names):
    if isinstance(document, list):
        return [fact for one in document for fact in facts(one, names)]
    if not isinstance(document, dict):
        return []
    found = [(name, value) for name, value in document.items() if name in names]
    return found + [fact for value in document.values() for fact in facts(value, names)]


def test_what_is_nested_without_end_is_cut():
    document = []
    for _ in range(200):
        document = [document]
    assert json.dumps(redact(document, Rule(), Pseudonyms())).count("[") < 50


def test_what_is_hidden_says_so_unless_it_is_empty():
    rule = Rule(fields={"a": CLEAR}, others=HIDDEN)
    shown = redact({"a": 1, "token": {"access_token": "x"}, "list": ["x"], "none": None}, rule, Pseudonyms())
    assert shown == {"a": 1, "token": REDACTED, "list": REDACTED, "none": None}

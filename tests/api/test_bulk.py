"""Answers to bulk reads in the forms that are on record."""

import json

import msgspec
import pytest

from custom_components.ringcentral.api.bulk import NotBulkError, decode_bulk, is_mixed
from custom_components.ringcentral.api.errors import PayloadError
from custom_components.ringcentral.api.transport import Reply

JSON = {"Content-Type": "application/vnd.ringcentral.multipart+json"}
MIXED = {"Content-Type": "multipart/mixed; boundary=Boundary_1"}


def mixed(*parts):
    lines = [f"--Boundary_1\r\nContent-Type: application/json\r\n\r\n{part}\r\n" for part in parts]
    return "".join([*lines, "--Boundary_1--\r\n"]).encode()


def overview(*lines):
    return json.dumps(
        {
            "response": [
                {"href": f"https://example.com/extension/{id_}/presence", "status": status} for id_, status in lines
            ]
        }
    )


def read(headers, body):
    parts = decode_bulk(Reply(207, headers, body))
    return {str(part.resource_id): (part.status, msgspec.json.decode(part.body)) for part in parts}


def test_an_array_has_each_resource_with_its_status():
    body = json.dumps([{"resourceId": 1, "status": 200, "body": {"a": 1}}, {"resourceId": "2", "status": 403}])
    assert read(JSON, body.encode()) == {"1": (200, {"a": 1}), "2": (403, {})}


def test_the_parts_of_mixed_are_named_by_the_overview():
    body = mixed(overview((1, 200), (2, 404)), '{"dndStatus": "Ü"}', '{"errorCode": "CMN-102"}')
    assert read(MIXED, body) == {"1": (200, {"dndStatus": "Ü"}), "2": (404, {"errorCode": "CMN-102"})}
    assert is_mixed(Reply(207, MIXED, body))


def test_a_part_that_is_missing_is_no_answer_for_that_one():
    assert read(MIXED, mixed(overview((1, 200), (2, 200)), "{}")) == {"1": (200, {})}


@pytest.mark.parametrize(
    ("headers", "body"),
    [(JSON, b'{"records": []}'), (JSON, b" 5"), (MIXED, b"nothing in parts")],
)
def test_another_form_is_no_bulk_answer(headers, body):
    with pytest.raises(NotBulkError):
        read(headers, body)


@pytest.mark.parametrize(
    ("headers", "body"),
    [(JSON, b""), (JSON, b"<html>"), (JSON, b'[{"resourceId": 1'), (MIXED, mixed("<html>"))],
)
def test_a_spoiled_answer_is_none_at_all(headers, body):
    with pytest.raises(PayloadError) as caught:
        read(headers, body)
    assert not isinstance(caught.value, NotBulkError)

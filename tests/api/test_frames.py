"""Frames of the gateway: read as captured ones are, refused where they are none, written as documented."""

import json

import pytest

from custom_components.ringcentral.api.errors import PayloadError
from custom_components.ringcentral.api.frames import FrameType, Wsc, decode_frame, encode_heartbeat, encode_request
from tests.samples import PAYLOADS, payload

FRAMES = sorted(path.stem for path in PAYLOADS.glob("ws-*.json") if "token-response" not in path.stem)


@pytest.mark.parametrize("name", FRAMES)
def test_sample_is_read_with_its_type_its_id_and_its_body(name):
    sample = payload(name)
    meta = sample[0]

    frame = decode_frame(json.dumps(sample))

    assert (frame.meta.type, frame.meta.message_id) == (meta["type"], meta["messageId"])
    assert frame.meta.type in set(FrameType)
    assert frame.meta.status == meta.get("status", 0)
    assert (frame.meta.wsc and frame.meta.wsc.token) == meta.get("wsc", {}).get("token")
    if len(sample) > 1:
        assert json.loads(frame.body) == sample[1]
    else:
        assert frame.body == b""


def test_context_token_is_read_with_its_sequence():
    frame = decode_frame('[{"type":"Heartbeat","messageId":"1","wsc":{"token":"abc","sequence":7}}]')

    assert frame.meta.wsc == Wsc("abc", 7)


@pytest.mark.parametrize(
    "data",
    ['[{"type":"New"}]', '[{"type":"New","new":1},null,5]', b'[{"type":"New"}]', '[{"type":"New","wsc":null}]'],
)
def test_frame_of_an_unknown_type_is_a_frame(data):
    assert decode_frame(data).meta.type == "New"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "malformed"),
        ("<html>5551234", "malformed"),
        ('[{"type":"5551234', "malformed"),
        ("[]", "malformed"),
        ("null", "malformed"),
        ("5551234", "malformed"),
        ('{"type":"5551234"}', "malformed"),
        ("[null,null]", "malformed"),
        ("[[]]", "malformed"),
        ("[{}]", "malformed"),
        ('[{"type":5551234}]', "malformed"),
        ('[{"type":"x","messageId":5551234}]', "malformed"),
        ('[{"type":"x","status":"5551234"}]', "malformed"),
        ('[{"type":"x","wsc":"5551234"}]', "malformed"),
        ('[{"type":"x","wsc":{"sequence":1}}]', "malformed"),
        ('[{"type":"x"}]'.encode("utf-16"), "malformed"),
        (b'[{"type":"\xff5551234"}]', "UTF-8"),
        ('[{"type":"\ud800"}]', "UTF-8"),
        ('[{"type":"x"},' + "[" * 900_000 + "]" * 900_001, "nested too deeply"),
        ('["' + "5551234" * 300_000 + '"]', "too large"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_what_is_no_frame_is_refused_without_its_value(data, reason):
    with pytest.raises(PayloadError, match=reason) as refusal:
        decode_frame(data)

    assert "5551234" not in str(refusal.value)


def test_request_is_written_as_documented():
    meta, body = payload("ws-subscription-request.composed")

    written = encode_request(meta["messageId"], "POST", "/restapi/v1.0/subscription/", body)

    assert json.loads(written) == [meta, body]


def test_request_without_a_body_is_an_array_of_one():
    assert json.loads(encode_request("1", "DELETE", "/x")) == [
        {"type": "ClientRequest", "messageId": "1", "method": "DELETE", "path": "/x"}
    ]


def test_heartbeat_is_written_as_documented():
    sample = payload("ws-heartbeat-request.doc")

    assert json.loads(encode_heartbeat(sample[0]["messageId"])) == sample

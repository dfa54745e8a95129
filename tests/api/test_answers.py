"""What REST answers hold; through the client they are tested in test_client.py."""

import msgspec
import pytest

from custom_components.ringcentral.api.account import Extension, Favorite, Feature
from custom_components.ringcentral.api.answers import read_answer, read_page, read_parts, read_records, read_synced
from custom_components.ringcentral.api.bulk import decode_bulk
from custom_components.ringcentral.api.errors import PayloadError
from custom_components.ringcentral.api.transport import Reply
from tests.samples import as_json, payload


def test_one_record_is_read_with_its_text_cleaned():
    extension = read_answer(Reply(200, {}, b'{"id": 7, "name": "A\\u202eB", "extensionNumber": 101}'), Extension)

    assert extension == Extension(id=7, name="AB", extension_number="101")


def test_what_is_no_record_is_refused_without_its_value():
    with pytest.raises(PayloadError) as refusal:
        read_answer(Reply(200, {}, b'["5551234"]'), Extension)

    assert "5551234" not in str(refusal.value)


def test_page_holds_records_and_whether_another_follows():
    page = read_page(Reply(200, {}, b'{"records": [{"id": 1}, {}], "navigation": {"nextPage": {"uri": "x"}}}'))

    assert [one.id for one in read_records(page.records, Favorite)] == [1, None]
    assert [one.id for one in read_records(page.records, Extension)] == [1]
    assert page.navigation.next_page is not None
    assert read_page(Reply(200, {}, b'{"records": []}')).navigation is None


def test_parts_are_by_extension():
    parts = dict(
        read_parts(decode_bulk(Reply(207, {}, msgspec.json.encode(payload("rest-presence-bulk-207.composed")))))
    )

    assert parts["62264425016"].telephony_status == "NoCall"
    assert parts["62264429999"].code == "CMN-102"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"syncInfo": {}},
        {"syncInfo": {"syncToken": 1}, "records": []},
        {"syncInfo": {"syncToken": "t"}, "records": 1},
    ],
)
def test_a_synchronization_that_cannot_go_on_is_refused(answer):
    with pytest.raises(PayloadError):
        read_synced(Reply(200, {}, as_json(answer)), Feature)


def test_a_record_of_a_synchronization_that_cannot_be_read_loses_no_other():
    answer = {"syncInfo": {"syncToken": "t"}, "records": [{"id": []}, {"id": "DND"}]}

    assert [one.id for one in read_synced(Reply(200, {}, as_json(answer)), Feature).records] == ["DND"]

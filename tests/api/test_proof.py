"""The proof that a subscription is there, and that push works at all."""

import pytest

from custom_components.ringcentral.api.errors import PermissionMissingError, RequestRejectedError, UnreachableError
from custom_components.ringcentral.api.filters import presence_filter
from custom_components.ringcentral.api.proof import prove_push
from tests.api.test_gateway import status_fault, tasks_left
from tests.waiting import until

# Proving that it works


async def test_push_is_proved_without_leaving_a_trace(client, simulator):
    await prove_push(client, presence_filter())

    assert simulator.gateway.accepted == 1
    assert simulator.subscriptions.by_id == {}
    await until(lambda: not simulator.gateway.connections)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (status_fault("*/subscription/", status=400), RequestRejectedError),
        (status_fault("*/wstoken", status=403, code="CMN-401"), PermissionMissingError),
        (status_fault("*/wstoken", status=503), UnreachableError),
        ({"kind": "refuse_socket"}, UnreachableError),
    ],
    ids=["refused", "permission", "down", "no sockets"],
)
async def test_push_that_does_not_work_says_why(client, simulator, fault, kind):
    simulator.faults.apply(fault)

    with pytest.raises(kind):
        await prove_push(client, presence_filter())

    await until(lambda: not simulator.gateway.connections)
    assert tasks_left() == set()

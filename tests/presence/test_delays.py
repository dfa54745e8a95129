"""How long events were on their way."""

from custom_components.ringcentral.presence.delays import DeliveryDelays


def test_percentiles_are_what_so_many_in_a_hundred_stayed_below():
    delays = DeliveryDelays()

    for hundredths in range(101):
        delays.add(hundredths / 100)

    assert delays.percentiles() == {"events": 101, "p50": 0.5, "p90": 0.9, "p99": 0.99}


def test_one_event_makes_no_percentile():
    delays = DeliveryDelays()

    delays.add(1.0)

    assert delays.percentiles() is None


def test_only_the_newest_events_count():
    delays = DeliveryDelays()

    for seconds in (*[60.0] * 512, *[1.0] * 512):
        delays.add(seconds)

    assert delays.percentiles() == {"events": 512, "p50": 1.0, "p90": 1.0, "p99": 1.0}

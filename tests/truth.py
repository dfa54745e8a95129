"""What is true of the simulated office, in the words of the integration."""

CALL_STATES = {"Ringing": "ringing", "CallConnected": "connected", "OnHold": "on_hold", "ParkedCall": "parked"}


def call_state(leg) -> str:
    """Return what a leg does, in the words of the call state sensor."""
    if leg.status == "Ringing" and leg.direction == "Outbound":
        return "dialing"
    return CALL_STATES[leg.status]

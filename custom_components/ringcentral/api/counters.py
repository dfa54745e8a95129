"""What the transports count for diagnostics."""

import msgspec


class GatewayCounters(msgspec.Struct):
    """What the gateway has seen since the start."""

    connections: int = 0
    recoveries: int = 0
    failed_recoveries: int = 0
    replacements: int = 0
    replayed: int = 0
    notifications: int = 0
    malformed_frames: int = 0
    unknown_frames: int = 0
    error_frames: int = 0
    heartbeats: int = 0
    unanswered_heartbeats: int = 0


class WebhookCounters(msgspec.Struct):
    """What happened at a webhook's address, and to its subscription."""

    deliveries: int = 0
    handshakes: int = 0
    unexpected_handshakes: int = 0
    foreign: int = 0
    without_token: int = 0
    oversized: int = 0
    wrong_content: int = 0
    broken: int = 0
    created: int = 0
    adopted: int = 0
    renewed: int = 0
    lost: int = 0
    blacklisted: int = 0

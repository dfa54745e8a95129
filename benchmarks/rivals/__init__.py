"""What the integration is compared with."""

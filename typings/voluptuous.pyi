# Home Assistant 2026.11 maps voluptuous onto its own engine (homeassistant/__init__.py), and its annotations have that
# engine's types. mypy sees the same here, so schemas can import voluptuous and be passed to Home Assistant.
from probatio import *  # noqa: F403

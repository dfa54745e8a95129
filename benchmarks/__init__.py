"""Measures how fast the integration is, beside what it could be at best and what its users would have without it."""

import logging

# A missing libturbojpeg is no matter here.
logging.getLogger("homeassistant.components.camera").setLevel(logging.CRITICAL + 1)

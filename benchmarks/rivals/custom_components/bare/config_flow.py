"""Home Assistant asks for it; entries are made by the benchmarks."""

from homeassistant.config_entries import ConfigFlow


class BareConfigFlow(ConfigFlow, domain="bare"):
    """Nothing to ask."""

    VERSION = 1

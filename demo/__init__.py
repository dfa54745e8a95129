"""Home Assistant with this integration, beside a simulated RingCentral: something to look at, and to develop on."""

"""The fault matrix: one row for each thing that can go wrong, run against Home Assistant and the simulated cloud."""

"""Tests of the simulated RingCentral cloud."""

"""A RingCentral cloud to develop, demonstrate and test against; see :mod:`simulator.cloud`."""

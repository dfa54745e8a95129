"""RingCentral's cloud, without any Home Assistant."""

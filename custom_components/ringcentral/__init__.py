"""RingCentral presence: extensions of an office phone system as live devices."""

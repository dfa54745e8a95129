"""What keeps the office in step with RingCentral: events, reads, lists of extensions, changes of presence."""

"""What happens to calls, for people: described, fired on the bus, counted, filtered."""

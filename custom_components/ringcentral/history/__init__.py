"""What happened to calls while nobody listened: the call log, joined with what was seen live."""

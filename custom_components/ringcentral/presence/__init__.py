"""The rules that turn presence events into the state of extensions: pure, without I/O, clock or Home Assistant."""

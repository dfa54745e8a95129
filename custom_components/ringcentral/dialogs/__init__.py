"""The parts of the configuration and options dialogs."""

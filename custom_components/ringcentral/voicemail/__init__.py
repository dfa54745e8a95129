"""The voicemails of the login's own mailbox."""

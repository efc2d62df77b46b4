"""Decisions about mails: what they say, of which kind they are, when they go out, are tried again and stop; pure."""

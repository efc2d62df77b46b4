"""Brings history in from elsewhere: looked at, loaded retro by retro, recognised again, undone."""

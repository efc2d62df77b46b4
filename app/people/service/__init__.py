"""Writes of accounts, invitations, rights and sign-ins. Knows no HTTP and nothing of seats."""

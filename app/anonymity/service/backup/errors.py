"""Why no backup was made or put back."""


class BackupFailed(Exception):
    """Says in a sentence why, for the operator."""

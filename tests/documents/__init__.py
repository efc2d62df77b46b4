"""What the documents say is tried out: proxies, the service's unit, commands and settings."""

"""Reads what people send about outcomes and imported history."""

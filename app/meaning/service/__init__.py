"""Encoders: which one serves here, loaded once in a process."""

from app.meaning.service.encoders import encoder_of

__all__ = ["encoder_of"]

"""Encoders: which one serves here, loaded once in a process; and the kinds of friction as it sees them."""

from app.meaning.service.anchoring import anchors
from app.meaning.service.encoders import ChosenEncoder, chosen, encoder_of, forget_texts_of

__all__ = ["ChosenEncoder", "anchors", "chosen", "encoder_of", "forget_texts_of"]

"""Who proposes topics here: the encoder of this database, or shared words where no weights are installed."""

from sqlmodel import Session

from app.meaning.rules.encoding import HashedWords
from app.meaning.service import anchoring, encoders
from app.topics.rules.proposal import ByMeaning, Proposer, TfIdfProposer


def proposer_of(db: Session) -> Proposer:
    """The proposer of this database."""
    encoder = encoders.encoder_of(db)
    if encoder.name == HashedWords.name:
        return TfIdfProposer()
    return ByMeaning(encoder, anchoring.anchors(db))

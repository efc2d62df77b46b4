"""Casts secret votes and counts them when voting ends."""

from app.anonymity.service.rekey_rows import register as register_owned
from app.anonymity.service.shuffle import register
from app.votes.models import DotVote, StanceVote
from app.votes.queries import places_dotted, things_dotted, things_stanced

register(StanceVote, DotVote)
register_owned(StanceVote, tag=things_stanced)
register_owned(DotVote, tag=things_dotted, place_tag=places_dotted)

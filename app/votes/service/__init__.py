"""Casts secret votes and counts them when voting ends."""

from app.anonymity.service.retag import register as register_owned
from app.anonymity.service.shuffle import register
from app.votes.models import DotVote, StanceVote
from app.votes.queries import places_dotted, things_dotted, things_stanced
from app.votes.service.casting import AllDotsArePlaced as AllDotsArePlaced
from app.votes.service.casting import NotAStance as NotAStance
from app.votes.service.casting import TooManyDotsHere as TooManyDotsHere
from app.votes.service.casting import TopicIsNotVotedOn as TopicIsNotVotedOn
from app.votes.service.casting import VotingIsOver as VotingIsOver
from app.votes.service.casting import cast_stance as cast_stance
from app.votes.service.casting import place_dot as place_dot
from app.votes.service.casting import take_dot as take_dot
from app.votes.service.counting import count as count
from app.votes.service.counting import discard as discard
from app.votes.service.counting import rank_unvoted as rank_unvoted

register(StanceVote, DotVote)
register_owned(StanceVote, tag=things_stanced)
register_owned(DotVote, tag=things_dotted, place_tag=places_dotted)

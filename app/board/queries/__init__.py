"""Reads for the live screens: the picture that everybody of an audience sees, and what is one browser's own."""

from app.board.queries.cards import Badge as Badge
from app.board.queries.cards import EntryCard as EntryCard
from app.board.queries.cards import TopicCard as TopicCard
from app.board.queries.lead import Lead as Lead
from app.board.queries.lead import lead_part as lead_part
from app.board.queries.lead import way_to as way_to
from app.board.queries.mine import Mine as Mine
from app.board.queries.mine import own_entries as own_entries
from app.board.queries.mine import own_part as own_part
from app.board.queries.picture import BoardPicture as BoardPicture
from app.board.queries.picture import picture as picture
from app.board.queries.picture import version_of as version_of

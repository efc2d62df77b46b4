"""Groups entries into topics, chooses those for the vote, and writes down what the room says of them."""

from app.anonymity.service import shuffle
from app.topics.models import Reply, Topic, TopicChange, Why
from app.topics.service.changes import GroupingIsOver as GroupingIsOver
from app.topics.service.changes import NothingToUndo as NothingToUndo
from app.topics.service.changes import follow_entries as follow_entries
from app.topics.service.changes import undo as undo
from app.topics.service.choosing import TooManyForTheVote as TooManyForTheVote
from app.topics.service.choosing import choose_for_vote as choose_for_vote
from app.topics.service.choosing import settle_ballot as settle_ballot
from app.topics.service.deciding import NotProposed as NotProposed
from app.topics.service.deciding import accept as accept
from app.topics.service.deciding import refuse as refuse
from app.topics.service.deciding import settle_proposals as settle_proposals
from app.topics.service.discussing import NotTheDepartment as NotTheDepartment
from app.topics.service.discussing import NotUnderDiscussion as NotUnderDiscussion
from app.topics.service.discussing import TooManyWhys as TooManyWhys
from app.topics.service.discussing import about as about
from app.topics.service.discussing import add_why as add_why
from app.topics.service.discussing import mark_discussed as mark_discussed
from app.topics.service.discussing import remove_why as remove_why
from app.topics.service.discussing import reply as reply
from app.topics.service.discussing import write_notes as write_notes
from app.topics.service.erasing import erase_notes as erase_notes
from app.topics.service.erasing import erase_reply as erase_reply
from app.topics.service.erasing import erase_title as erase_title
from app.topics.service.erasing import erase_why as erase_why
from app.topics.service.erasing import words_are_gone as words_are_gone
from app.topics.service.grouping import NothingChosen as NothingChosen
from app.topics.service.grouping import StaleTopic as StaleTopic
from app.topics.service.grouping import merge as merge
from app.topics.service.grouping import move_entries as move_entries
from app.topics.service.grouping import rename as rename
from app.topics.service.grouping import split as split
from app.topics.service.late import LateEntriesWait as LateEntriesWait
from app.topics.service.late import late_must_be_placed as late_must_be_placed
from app.topics.service.late import place_late as place_late
from app.topics.service.late import take_in_late as take_in_late
from app.topics.service.proposing import forget_steps as forget_steps
from app.topics.service.proposing import propose as propose
from app.topics.service.proposing import relabel as relabel
from app.topics.service.proposing import sweep as sweep
from app.topics.service.reading_ahead import get_ready as get_ready
from app.topics.service.reading_ahead import read_ahead as read_ahead

shuffle.scrub_too(Topic, TopicChange)
shuffle.scrub_words_too(Why, Reply)

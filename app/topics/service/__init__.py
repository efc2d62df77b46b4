"""Groups entries into topics, chooses those for the vote, and writes down what the room says of them."""

from app.anonymity.service import shuffle
from app.topics.models import Reply, Topic, TopicChange, Why

shuffle.scrub_too(Topic, TopicChange)
shuffle.scrub_words_too(Why, Reply)

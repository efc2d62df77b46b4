"""Changes of drafts and entries: one function per use case; each refuses with a sentence or succeeds."""

from app.anonymity.service import rekey_rows, shuffle
from app.entries.models import Draft, Entry, EntryOwner, NotOurs, OwnerToSeal, Withdrawal
from app.entries.queries import things_drafted
from app.entries.service.writing import things_owned

shuffle.register(Draft, EntryOwner, NotOurs, Withdrawal, OwnerToSeal)
shuffle.scrub_too(Entry)
rekey_rows.register(Draft, tag=things_drafted, inside=things_owned)

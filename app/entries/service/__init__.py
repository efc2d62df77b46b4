"""Changes of drafts and entries: one function per use case; each refuses with a sentence or succeeds."""

from app.anonymity.service import retag, shuffle
from app.entries.models import Draft, Entry, EntryOwner, NotOurs, OwnerToSeal, Withdrawal
from app.entries.queries import things_drafted
from app.entries.service.revealing import reveal as reveal
from app.entries.service.revealing import reveal_late as reveal_late
from app.entries.service.revealing import reveal_thanks as reveal_thanks
from app.entries.service.signing import say_not_ours as say_not_ours
from app.entries.service.signing import sign as sign
from app.entries.service.signing import take_names_away as take_names_away
from app.entries.service.upgrading import seal_old_owners as seal_old_owners
from app.entries.service.withdrawing import carry_out_withdrawals as carry_out_withdrawals
from app.entries.service.withdrawing import erase as erase
from app.entries.service.withdrawing import erase_hidden as erase_hidden
from app.entries.service.withdrawing import hide as hide
from app.entries.service.withdrawing import show_again as show_again
from app.entries.service.withdrawing import withdraw as withdraw
from app.entries.service.writing import autosave as autosave
from app.entries.service.writing import forget_ejected as forget_ejected
from app.entries.service.writing import give_thanks as give_thanks
from app.entries.service.writing import release_drafts as release_drafts
from app.entries.service.writing import remove as remove
from app.entries.service.writing import send as send
from app.entries.service.writing import things_owned

shuffle.register(Draft, EntryOwner, NotOurs, Withdrawal, OwnerToSeal)
shuffle.scrub_too(Entry)
retag.register(Draft, tag=things_drafted, inside=things_owned)

"""Changes of retros: one function per use case; each refuses with a sentence or succeeds."""

from app.anonymity.service import rekey_rows, shuffle
from app.retros.models import Answer, Seat, SeatMove, Ticket, Waiting
from app.retros.queries.door import WAITING
from app.retros.queries.questions import things_answered
from app.retros.queries.seats import SEAT

shuffle.register(Seat, Ticket, SeatMove, Answer, Waiting)
rekey_rows.register(Seat, tag=lambda _db, _retro_id: [(SEAT, "")])
rekey_rows.register(Answer, tag=things_answered)
rekey_rows.register(Waiting, tag=lambda _db, _retro_id: [(WAITING, "")], inside=lambda _db, _retro_id: [(SEAT, "")])

"""Reads of retros: rows for services, frozen views for screens."""

from app.retros.queries.facilitation import facilitation as facilitation
from app.retros.queries.facilitation import notices as notices
from app.retros.queries.questions import answer_counts as answer_counts
from app.retros.queries.questions import low_safety as low_safety
from app.retros.queries.questions import own_answers as own_answers
from app.retros.queries.retros import by_code as by_code
from app.retros.queries.retros import get as get
from app.retros.queries.retros import get_for_change as get_for_change
from app.retros.queries.retros import hold as hold
from app.retros.queries.retros import previous_retros as previous_retros
from app.retros.queries.retros import retros_for as retros_for
from app.retros.queries.retros import retros_of_project as retros_of_project
from app.retros.queries.retros import view_of as view_of
from app.retros.queries.seats import counts as counts
from app.retros.queries.seats import seat_at as seat_at
from app.retros.queries.seats import seat_for as seat_for
from app.retros.queries.seats import seats_by_department as seats_by_department
from app.retros.queries.views import FacilitationView as FacilitationView
from app.retros.queries.views import Held as Held
from app.retros.queries.views import PersonView as PersonView
from app.retros.queries.views import RetroDepartmentView as RetroDepartmentView
from app.retros.queries.views import RetroView as RetroView
from app.retros.queries.views import Seat as Seat
from app.retros.queries.views import SeatCounts as SeatCounts
from app.retros.queries.views import TimeBoxView as TimeBoxView

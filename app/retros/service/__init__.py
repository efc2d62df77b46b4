"""Changes of retros: one function per use case; each refuses with a sentence or succeeds."""

from app.anonymity.service import retag, shuffle
from app.retros.models import Answer, Seat, SeatMove, Ticket, Waiting
from app.retros.queries.door import WAITING
from app.retros.queries.questions import things_answered
from app.retros.queries.seats import SEAT
from app.retros.service.breaking_off import continue_on as continue_on
from app.retros.service.breaking_off import go_on as go_on
from app.retros.service.ending import keep_open as keep_open
from app.retros.service.ending import look_after as look_after
from app.retros.service.facilitating import add_co_facilitator as add_co_facilitator
from app.retros.service.facilitating import facilitator_was_here as facilitator_was_here
from app.retros.service.facilitating import hand_over as hand_over
from app.retros.service.facilitating import name_stand_in as name_stand_in
from app.retros.service.facilitating import remove_co_facilitator as remove_co_facilitator
from app.retros.service.fewer import say_fewer as say_fewer
from app.retros.service.hours import count_hours as count_hours
from app.retros.service.late_round import end_due_round as end_due_round
from app.retros.service.late_round import end_late_round as end_late_round
from app.retros.service.late_round import extend_late_round as extend_late_round
from app.retros.service.late_round import skip_late_round as skip_late_round
from app.retros.service.late_round import start_late_round as start_late_round
from app.retros.service.looking import forget_lookers as forget_lookers
from app.retros.service.looking import looks_in as looks_in
from app.retros.service.looking import set_looking_in as set_looking_in
from app.retros.service.moving import forget_seats as forget_seats
from app.retros.service.moving import move_to as move_to
from app.retros.service.moving import room_at_the_reveal as room_at_the_reveal
from app.retros.service.moving import settle_labels as settle_labels
from app.retros.service.moving import still_stands as still_stands
from app.retros.service.notices import give_notice as give_notice
from app.retros.service.pairs import set_pairs_apart as set_pairs_apart
from app.retros.service.preparing import change_preparation as change_preparation
from app.retros.service.preparing import prepare as prepare
from app.retros.service.questions import answer as answer
from app.retros.service.questions import ask_more_time as ask_more_time
from app.retros.service.questions import begin_meeting as begin_meeting
from app.retros.service.questions import end_more_time_now as end_more_time_now
from app.retros.service.questions import end_question as end_question
from app.retros.service.questions import question_is_over as question_is_over
from app.retros.service.room import eject_seat as eject_seat
from app.retros.service.room import let_in as let_in
from app.retros.service.room import lock as lock
from app.retros.service.room import remove_burst as remove_burst
from app.retros.service.room import set_expected as set_expected
from app.retros.service.room import set_hands as set_hands
from app.retros.service.room import unlock as unlock
from app.retros.service.safety import choose_after_low_safety as choose_after_low_safety
from app.retros.service.safety import end_safety_check as end_safety_check
from app.retros.service.safety import show_safety as show_safety
from app.retros.service.seat_move import Moved as Moved
from app.retros.service.seat_move import forget_moves as forget_moves
from app.retros.service.seat_move import offer_move as offer_move
from app.retros.service.seat_move import redeem_move as redeem_move
from app.retros.service.seats import arrive as arrive
from app.retros.service.seats import change_department as change_department
from app.retros.service.seats import join as join
from app.retros.service.seats import mark_ready as mark_ready
from app.retros.service.seats import tags_of_arrival as tags_of_arrival
from app.retros.service.taking_over import come_back as come_back
from app.retros.service.taking_over import remind_lead as remind_lead
from app.retros.service.taking_over import take_over as take_over
from app.retros.service.ticket_mails import mail_tickets as mail_tickets
from app.retros.service.tickets import IssuedTicket as IssuedTicket
from app.retros.service.tickets import issue_tickets as issue_tickets
from app.retros.service.tickets import join_with_ticket as join_with_ticket
from app.retros.service.tickets import reading_with_ticket as reading_with_ticket
from app.retros.service.tickets import spend_ticket as spend_ticket
from app.retros.service.tickets import void_tickets as void_tickets
from app.retros.service.timing import extend as extend
from app.retros.service.timing import extend_spotlight as extend_spotlight
from app.retros.service.timing import extend_writing as extend_writing
from app.retros.service.timing import spotlight as spotlight
from app.retros.service.version import raise_version as raise_version

shuffle.register(Seat, Ticket, SeatMove, Answer, Waiting)
retag.register(Seat, tag=lambda _db, _retro_id: [(SEAT, "")])
retag.register(Answer, tag=things_answered)
retag.register(Waiting, tag=lambda _db, _retro_id: [(WAITING, "")], inside=lambda _db, _retro_id: [(SEAT, "")])

"""Why a retro says no: every reason has its name, a status and a sentence for people."""

from app.core.errors import Invalid, Refusal

__all__ = [
    "AlreadyPrepared",
    "CannotBeKeptOpen",
    "DecidesOnPay",
    "DoorIsClosed",
    "ExpectedMayOnlyFall",
    "FacilitatorIsHere",
    "LabelsAreDecided",
    "LateRoundComesFirst",
    "LateRoundIsOver",
    "LateRoundRuns",
    "LookingIsShut",
    "LooksInOnThePage",
    "MayNotTakeOver",
    "MeetingHasNotBegun",
    "NoVoteHere",
    "NobodyTookItOver",
    "NobodyWorkedTogether",
    "NotACoFacilitator",
    "NotRevealedYet",
    "NotWaitedForYet",
    "NotYourRetro",
    "OnlyFacilitatorsPrepare",
    "QuestionIsOver",
    "RetroIsClosed",
    "RevealCannotBeUndone",
    "RoomIsLocked",
    "RoomIsNotOpen",
    "RunsItAlready",
    "SafetyIsLow",
    "SafetyStaysCovered",
    "SeatWasEjected",
    "SeatsAreTaken",
    "StageIsNotReached",
    "TicketIsNeeded",
    "UnknownDepartment",
    "UnknownPair",
    "VoteIsNotSkipped",
    "VotesAreCounted",
    "WarningsStand",
    "WritingNeedsADeadline",
    "WrongStage",
]


class WrongStage(Refusal):
    """Asked for something that belongs to another stage."""

    sentence = "The retro has moved on, so this is not possible any more. The page shows where it is now."


class StageIsNotReached(WrongStage):
    sentence = "A retro goes through its stages one by one. Please move to the next stage first."


class RevealCannotBeUndone(WrongStage):
    sentence = "The entries have been revealed; that cannot be undone, so there is no way back to writing."


class VotesAreCounted(WrongStage):
    sentence = "The votes have been counted, so there is no way back to voting."


class VoteIsNotSkipped(WrongStage):
    sentence = "There are two topics or more, so the room should vote before it discusses them."


class SeatsAreTaken(WrongStage):
    sentence = "People have taken their seats already, so the preparation can no longer be changed."


class RetroIsClosed(WrongStage):
    sentence = "This retro is closed. Its outcome can be read, but nothing in it can be changed."


class CannotBeKeptOpen(Refusal):
    sentence = "This retro has been kept open as long as it can be. Go on, continue it on another day, or close it."


class AlreadyPrepared(WrongStage):
    sentence = "This retro has begun, so its preparation can no longer be changed."


class WritingNeedsADeadline(Invalid):
    sentence = "Please say until when people can write: between 1 and 21 days from now."
    field = "writing_days"


class SafetyIsLow(Refusal):
    """The safety check asks the facilitator to choose, on purpose, how to go on. Her screen may be on the wall: the
    sentence says where to look, and not what is there."""

    sentence = "Please look at the safety check first: it asks you to choose how to go on."


class MeetingHasNotBegun(Refusal):
    sentence = "Please begin the meeting first: the safety check is asked before everything is revealed."


class SafetyStaysCovered(Refusal):
    sentence = "There is no result of the safety check that could be shown to the room."


class OnlyFacilitatorsPrepare(Refusal):
    status = 403
    sentence = "Only facilitators prepare retros. An administrator can make you one."


class NotRevealedYet(WrongStage):
    sentence = (
        "Before the reveal a retro is not broken off. Give people days to write instead, under People and settings."
    )


class NotYourRetro(Refusal):
    status = 403
    sentence = "Only the facilitator and the co-facilitators of this retro can do that."


class LookingIsShut(Refusal):
    status = 403
    sentence = "Looking in is shut for this retro just now. What it comes to can be read after its close."


class LooksInOnThePage(Refusal):
    status = 403
    sentence = (
        "This can be read after the close. Until then the page of this retro shows what the room sees, and every "
        "screen says so while you look."
    )


class NotACoFacilitator(Invalid):
    sentence = "The lead can only be handed to a co-facilitator or the stand-in of this retro."
    field = "account"


class DecidesOnPay(Invalid):
    sentence = (
        "Who decides on others' pay or tasks here neither runs this retro nor takes it over: people write more "
        "freely then. Please choose somebody else."
    )
    field = "account"


class FacilitatorIsHere(Refusal):
    sentence = (
        "Somebody who runs this retro was here less than two minutes ago. The stand-in can take over after that, and "
        "others two minutes later."
    )


class NotWaitedForYet(Refusal):
    sentence = (
        "Over days a retro is taken over a day after its deadline at the earliest, and only after a mail to those "
        "who run it."
    )


class MayNotTakeOver(Refusal):
    status = 403
    sentence = (
        "This retro can be taken over by its stand-in, or by a facilitator or administrator of no department that "
        "takes part."
    )


class RunsItAlready(Refusal):
    sentence = "You run this retro already, so simply go on."


class NobodyTookItOver(Refusal):
    sentence = "Nobody has taken this retro over from you."


class WarningsStand(Invalid):
    """The preparation has warnings that nobody has overridden yet."""

    sentence = "Please read the warnings. You can prepare the retro anyway."

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__()
        self.sentences = sentences


class UnknownDepartment(Invalid):
    sentence = "This department does not take part in this retro. Please choose one from the list."
    field = "department"


class UnknownPair(Invalid):
    sentence = "One of these departments does not take part any more. Please look at the list again."
    field = "together"


class NobodyWorkedTogether(Invalid):
    sentence = "At least two departments worked together, else there is nothing to look back on."
    field = "together"


class RoomIsNotOpen(Refusal):
    sentence = "This retro has not begun yet. Please try again when the facilitator opens the room."


class RoomIsLocked(Refusal):
    status = 403
    sentence = "The facilitator has locked the room, so no new seats can be taken. Please ask the facilitator."


class TicketIsNeeded(Refusal):
    status = 403
    sentence = "This retro is entered with a ticket. Please use the link or the code on your ticket."


class DoorIsClosed(Refusal):
    """After the reveal nobody sits down one by one."""

    sentence = "Everything has been revealed, so no new seats are taken. You can read along and speak in the room."


class LateRoundComesFirst(WrongStage):
    sentence = "Before the vote comes “one more thing”: start it, or skip it."


class LateRoundRuns(WrongStage):
    sentence = "“One more thing” is running on every phone. It ends by itself, or when you end it."


class LateRoundIsOver(WrongStage):
    sentence = "“One more thing” comes once, between the reveal and the vote. The page shows where the retro is now."


class NoVoteHere(Refusal):
    status = 403
    sentence = "This seat has no vote: nobody of its department was here at the reveal, so there is no group for it."


class SeatWasEjected(Refusal):
    status = 403
    sentence = "The facilitator has removed this seat from the retro. Please talk to the facilitator."


class LabelsAreDecided(Refusal):
    sentence = "Departments were decided at the reveal, so the numbers of people can no longer be changed."


class ExpectedMayOnlyFall(Invalid):
    """Else a department could be lifted over k once one knows that somebody of it has written."""

    sentence = "People have started to write, so the number of people expected can only become smaller now."
    field = "people"


class QuestionIsOver(Refusal):
    sentence = "This question is over, so the answer was not counted."

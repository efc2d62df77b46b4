"""The kinds of friction that serve while an organisation has written none of its own: data only."""

from __future__ import annotations

from app.meaning.rules.kinds import KindDescription

BUILT_IN = (
    KindDescription(
        "handover_late",
        "Handed over late",
        (
            "What we needed from the other team arrived too late",
            "The handover came days after the agreed date",
            "We could not start because we were still waiting for their part",
            "Deliveries slipped and our own deadline did not move",
            "They finished late and we had to catch up",
        ),
    ),
    KindDescription(
        "handover_incomplete",
        "Handed over incomplete",
        (
            "Parts were missing when the work was handed over to us",
            "We had to ask several times for information that should have come with it",
            "The briefing left out what we needed to know",
            "Files arrived without context and nobody explained them",
            "Half of the material was not there when we took over",
        ),
    ),
    KindDescription(
        "quality_received",
        "Quality of what we were given",
        (
            "What we received was full of mistakes and we had to correct it",
            "The result was below the standard we had agreed",
            "We did the same work twice because the first version was wrong",
            "Nobody checked it before it was passed on",
            "Errors were found only at the very end",
        ),
    ),
    KindDescription(
        "unclear_owner",
        "Unclear who is responsible",
        (
            "Nobody knew who was responsible for this",
            "Two teams each thought that the other one would do it",
            "There was no clear owner",
            "Tasks fell between the departments and nobody picked them up",
            "It was unclear who may decide",
        ),
    ),
    KindDescription(
        "decisions",
        "Decisions late or reopened",
        (
            "Decisions took too long and everyone waited",
            "What had been decided was changed again later",
            "We were told about the decision after it had been made",
            "Nobody wrote down what was decided",
            "The decision was made without the people who do the work",
        ),
    ),
    KindDescription(
        "approval_waits",
        "Waiting for approval",
        (
            "The approval lay on a desk for weeks",
            "We waited for a signature and could not go on",
            "Too many people had to sign off",
            "Every small step needed a permission",
            "The review took longer than the work itself",
        ),
    ),
    KindDescription(
        "scope_moved",
        "Scope moved",
        (
            "The requirements changed in the middle of the project",
            "More and more was added without more time",
            "New wishes came in after we had agreed what to build",
            "The goal kept moving",
            "We built something else than what was asked for in the beginning",
        ),
    ),
    KindDescription(
        "goals_unclear",
        "Goals unclear",
        (
            "We did not share one picture of what we wanted to achieve",
            "The purpose of the project was never explained to us",
            "Everyone understood the goal differently",
            "It was not clear what counts as done",
            "Expectations were not spoken about at the start",
        ),
    ),
    KindDescription(
        "planning",
        "Plan and estimate",
        (
            "The schedule was too tight from the beginning",
            "We underestimated how long it would take",
            "There was no time left for testing at the end",
            "The plan was made without asking us",
            "Everything had to happen in the last week",
        ),
    ),
    KindDescription(
        "priorities_clash",
        "Priorities clash",
        (
            "Our request was not important to the other department",
            "People were pulled away to other projects",
            "Each team followed its own priorities",
            "Urgent requests pushed the planned work aside",
            "The goals of the two departments work against each other",
        ),
    ),
    KindDescription(
        "no_early_warning",
        "No early warning",
        (
            "Nobody told us early that there was a problem",
            "We learned about the delay only when it was too late",
            "Bad news was held back",
            "We were surprised by a change that others had known for a while",
            "The risk was seen but not raised",
        ),
    ),
    KindDescription(
        "hard_to_reach",
        "Hard to reach",
        (
            "Questions stayed unanswered for days",
            "We could not reach the right person",
            "Messages were ignored",
            "Nobody was available when we needed help",
            "It took far too long to get a reply",
        ),
    ),
    KindDescription(
        "communication_scattered",
        "Information scattered",
        (
            "Information was spread over too many channels",
            "We heard about it by chance",
            "Important messages got lost in long mail threads",
            "Different people told us different things",
            "There was no single place to look things up",
        ),
    ),
    KindDescription(
        "meetings",
        "Meetings",
        (
            "There were too many meetings and they took too long",
            "The meeting had no agenda and no result",
            "The right people were not in the meeting",
            "We talked a lot and agreed on nothing",
            "Meetings were called off or moved at the last minute",
        ),
    ),
    KindDescription(
        "documents_outdated",
        "Documents missing or out of date",
        (
            "The documentation was out of date",
            "The guide did not describe how it really works",
            "Nothing was written down for those who came later",
            "There were several versions of the document and nobody knew which was right",
            "The instructions were hard to find and hard to follow",
        ),
    ),
    KindDescription(
        "tools_access",
        "Tools and access",
        (
            "We had no access to the system that we needed",
            "The tool was slow and broke down often",
            "The systems of the two departments do not work together",
            "We copied data from one tool to the other by hand",
            "It took weeks until the accounts and rights were set up",
        ),
    ),
    KindDescription(
        "reliability",
        "Breakdowns and warnings",
        (
            "The system went down and we noticed it too late",
            "The alarm rang too often and people stopped listening",
            "Nobody was warned when something failed",
            "It took long to find out why it did not work",
            "A change was rolled out without being tested and broke something",
        ),
    ),
    KindDescription(
        "staffing",
        "Too few people",
        (
            "There were too few people for the work",
            "One person had to do everything and was overloaded",
            "When she was ill nobody could stand in for her",
            "People left in the middle and took their knowledge with them",
            "We could not find enough helpers",
        ),
    ),
    KindDescription(
        "skills",
        "Knowledge and training",
        (
            "We were not trained for this task",
            "Newcomers were left alone and learned too slowly",
            "Only one person knew how it works",
            "We lacked the experience to judge it",
            "People came with very different knowledge",
        ),
    ),
    KindDescription(
        "money_supplies",
        "Budget and supplies",
        (
            "The budget was not enough",
            "Costs came up that nobody had planned",
            "The order arrived late or in the wrong amount",
            "It was unclear who pays for it",
            "We ran out of material",
        ),
    ),
    KindDescription(
        "rooms_logistics",
        "Places and logistics",
        (
            "The room was too small or not suitable",
            "Travel and transport were badly organised",
            "People could not find the place",
            "The equipment on site did not work",
            "Many who had signed up did not come",
        ),
    ),
    KindDescription(
        "tone_trust",
        "Tone and trust",
        (
            "The tone between the teams was harsh",
            "We were blamed for things that were not our fault",
            "People did not trust each other's work",
            "Our advice was not listened to",
            "It felt like them against us",
        ),
    ),
    KindDescription(
        "thanks_unspoken",
        "Work not seen",
        (
            "Nobody said thank you for the extra effort",
            "Our work was not noticed",
            "Others got the credit for what we had done",
            "Good work was taken for granted",
            "We never heard how it was received",
        ),
    ),
)

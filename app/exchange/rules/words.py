"""The words in which an outcome says its codes: the same on the page, in Markdown and in tables."""

KINDS = {
    "went_right": "Went right",
    "went_wrong": "Went wrong",
    "surprised_us": "Surprised us",
    "idea": "Idea",
    "thanks": "Thanks",
    "unsorted": "Unsorted",
    "action": "Action",
}
STANDINGS = {"agreed": "Agreed by all departments", "divides": "Divides the departments", "rest": "In between"}
STANDING_MARKS = {"agreed": "agreed", "divides": "divides", "rest": "rest"}
STATES = {
    "proposed": "proposed",
    "requested": "asked",
    "acknowledged": "seen",
    "promised": "promised",
    "in_progress": "in progress",
    "reported_done": "reported done",
    "accepted": "accepted as done",
    "held": "held",
    "returned": "came back",
    "inconclusive": "cannot tell",
    "countered": "something else offered",
    "declined": "declined",
    "re_promised": "promised anew",
    "blocked": "blocked",
    "sent_back": "sent back",
    "not_doing": "not doing",
    "done_before": "done before it was loaded",
}
SCOPES = {"ours": "one department alone", "joint": "joint", "above_us": "above us"}
HIDDEN = {
    "names_a_person": "it named a person",
    "insults": "it insulted somebody",
    "confidential": "it was confidential",
    "off_topic": "it was about something else",
    "duplicate": "it was there twice",
}

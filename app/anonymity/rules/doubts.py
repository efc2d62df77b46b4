"""The questions of somebody who does not trust us, with what is true: the same words on the page and in SECURITY.md.

Each answer says the limit, too. Whoever changes what is stored changes the answer; tests hold the documents together.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question as somebody asks it, and the answer, in a few sentences."""

    question: str
    answer: str


DOUBTS: tuple[Doubt, ...] = (
    Doubt(
        "Why should I believe any of this?",
        "You need not. The program is open, and it comes with an attack on itself: it fills retros with people, "
        "takes the database, its logs, backups and every page, and tries to find out who wrote what. It also "
        "plants leaks, to show that it would find one. Anybody can run it. What nobody can prove to you is that "
        "the program on your server is this one: if you trust nobody there, write only what you would say aloud.",
    ),
    Doubt(
        "My manager's team runs the server. What can they see?",
        "After the reveal: what the room sees. While you write: that somebody of your department has drafts, not "
        "what they say; the key lies in a folder outside the database, and whoever opens both can read the texts, "
        "without names. Somebody who watches the connection while you type can tie your address to your seat. "
        "That is the one moment that no program can hide.",
    ),
    Doubt(
        "I am the only one of my department here. Is it not obvious that it was me?",
        "Your department is then shown together with others as “several departments”, and what you write about is "
        "shown the same way where too few people could have said it. In the database your entry has no department "
        "any more. While people write, a department of one is a person: the database shows that this seat has "
        "drafts, but nothing of what they say. And somebody who knows how you write may guess.",
    ),
    Doubt(
        "Can my colleagues work it out by leaving themselves out?",
        "Each of you knows one candidate fewer than everybody else: yourself. If the smallest group is five, you "
        "know of an entry that it was one of four. That is why the smallest group is shown to all before anybody "
        "writes.",
    ),
    Doubt(
        "Could somebody open more windows to make a small department look large?",
        "Seats are not people. A department counts as many people as were expected of it at most, and every seat "
        "more than hands were raised lowers each department. If you see that your department is said to be more "
        "people than you are, say so on your phone: it is then not named, and nobody learns who said it.",
    ),
    Doubt(
        "Anybody could sit here as my department, couldn't they?",
        "Yes. Nobody checks where you work, because that would need to know who you are. So “Legal” beside an "
        "entry says that somebody sat down as Legal. A name that somebody put under an entry on purpose can be "
        "taken off until the close by anybody who taps “not ours”.",
    ),
    Doubt(
        "What does the one who runs the retro see that I do not?",
        "The result of the safety check, in three words where fewer than ten answered; whether there are at least "
        "five entries, never how many. Not what is being typed, and not your answers. Leads, administrators and "
        "others who may look in see what the room sees, and every screen says that they do, until whoever runs it "
        "shuts that.",
    ),
    Doubt(
        "Can my vote be calculated from the totals?",
        "In groups under ten, “nearly all” means all or all but one, and “almost nobody” means none or one, so "
        "that every member keeps two possible answers; totals are said no finer than their smallest part, and the "
        "database holds no finer figure either. Dots of the whole room are a number: it can follow that a small "
        "group gave a topic none. Somebody of your group who knows their own answer learns more than that.",
    ),
    Doubt(
        "What about the round after the reveal, “one more thing”?",
        "What is added there carries no department, not even locked away, and appears shuffled at its end. But if "
        "few add something, people may guess: they have seen who was typing.",
    ),
    Doubt(
        "May I stand by what I say?",
        "Yes: where your department may be shown together with others, you can sign a single entry for it. It is "
        "then shown as from your department even if you are the only one: people will know it was you. It stays "
        "in the outcome, your other entries become easier to recognise, and colleagues may be taken for you. "
        "Nothing suggests it to you, and how many signed is shown nowhere.",
    ),
    Doubt(
        "Can I take back what I wrote?",
        "Until the reveal as you like. After it, until the close, each entry offers to be withdrawn, only yours "
        "goes, and the page answers the same for every entry; it goes with all others at the next stage, so that "
        "nobody sees when you asked. After the close nobody can claim an entry, not even you. Words can then "
        "still be erased by two people together, neither of the department it is about.",
    ),
    Doubt(
        "What is left on my phone?",
        "A cookie with the secret of your seat, until the retro is closed: it is deleted by the first answer "
        "after that, and ends by itself in any case. Whoever holds your browser before the close, and the "
        "database, and the key, can show which entries are yours. On a phone that somebody else manages, they may "
        "see the screen as well.",
    ),
    Doubt(
        "What is left in backups and logs?",
        "Backups leave out seats, tickets, drafts, votes, ratings and what proves an entry yours. Copies that "
        "others make of the database or its logs hold them encrypted, and the key is destroyed at the close. The "
        "program's own log counts how often each kind of page was asked for on a day; it knows no address, no "
        "browser and no time of day.",
    ),
    Doubt(
        "What if an entry names me?",
        "The one who runs the retro can hide it; every screen says who did and why, and the hidden words are gone "
        "for good at the close. After the close two people can erase words, also from the outcome. Counts stay.",
    ),
    Doubt(
        "What remains after years?",
        "The entries as the room saw them, for the departments that took part, for facilitators and "
        "administrators, as long as the house keeps words (it can set a term); counts and themes for the house, "
        "in groups of the smallest size or more. A department of one or two people is spoken of as “a small "
        "department”. Outcomes that were fixed by earlier versions keep the figures they had.",
    ),
)

"""What will fail in the room, said while a retro is prepared: nobody should read it from the wall first."""

from sqlmodel import Session

from app.core.config import Settings
from app.core.own_address import out_of_reach
from app.departments.queries import organisation, sends_mail

NO_MAIL = (
    "No mail goes out from here: invitations, reminders and the outcome reach people only if you tell them. Set "
    "FENCEPOST_SMTP_HOST to change that."
)
NO_MAIL_IN_A_DEMO = "This is a demo, so no mail goes out: the outcome is read at the desk."


def said_early(db: Session) -> tuple[str, ...]:
    """Sentences about this installation; none where all is well. (A k that would pool everything is a warning of the
    preparation itself.)"""
    settings: Settings | None = db.info.get("settings")
    if settings is None:
        return ()
    mail = None if sends_mail(db) else NO_MAIL_IN_A_DEMO if organisation(db).is_demo else NO_MAIL
    return tuple(one for one in (out_of_reach(settings), mail) if one)

"""Accounts, links and sign-ins on both databases."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.people import queries
from app.people.events import InvitationPrepared
from app.people.models import Account, Invitation, SignIn
from app.people.rules import SEEN_AGAIN_AFTER, SIGN_IN_IDLE, SIGN_IN_LASTS
from app.people.service import accounts, invitations, sign_ins
from app.people.service.refusals import AlreadyHere, LastAdmin, LinkIsUsed, OnlyAdmins, SignInFailed
from tests.cast import PASSWORD, Cast

HASH = "not looked at here"


def set_up(database: Database, now: datetime) -> str:
    with database.transaction() as db:
        token = invitations.prepare_setup(db, now)
    assert token is not None
    return token


def visitor_of(database: Database, token: str, now: datetime) -> object:
    with database.reading() as db:
        return queries.visitor_for(db, token, now)


# Setting up


def test_the_first_account_looks_after_everything_and_the_link_is_gone(database: Database, now: datetime) -> None:
    token = set_up(database, now)
    with database.transaction() as db:
        assert not queries.is_set_up(db)
        account_id = invitations.redeem_invitation(db, token, "Ada", "Ada@Lantern.example ", HASH, now)
        ada = queries.account(db, account_id)
    assert (ada.email, ada.is_admin, ada.is_facilitator, ada.has_password) == (
        "ada@lantern.example",
        True,
        True,
        True,
    )
    with database.transaction() as db:
        assert queries.is_set_up(db)
        assert invitations.prepare_setup(db, now) is None
        with pytest.raises(LinkIsUsed):
            invitations.redeem_invitation(db, token, "Eve", "eve@lantern.example", HASH, now)


def test_a_later_setup_link_replaces_the_earlier(database: Database, now: datetime) -> None:
    first, second = set_up(database, now), set_up(database, now)
    with database.reading() as db:
        assert queries.invitation(db, first, now) is None
        assert queries.invitation(db, second, now) is not None


def test_a_refused_setup_leaves_the_link_working(database: Database, now: datetime) -> None:
    token = set_up(database, now)
    with pytest.raises(Invalid), database.transaction() as db:
        invitations.redeem_invitation(db, token, "Ada", "no address", HASH, now)
    with database.reading() as db:
        assert queries.invitation(db, token, now) is not None


# Inviting


def invite(database: Database, cast: Cast, now: datetime, email: str = "nora@lantern.example") -> str:
    with database.transaction() as db:
        return invitations.invite(
            db, cast.ada.visitor, email, "Nora", True, False, cast.production, is_lead=True, now=now
        )


def test_an_invited_person_has_rights_at_once_and_a_password_later(
    database: Database, cast: Cast, now: datetime
) -> None:
    token = invite(database, cast, now)
    with database.transaction() as db:
        nora = queries.account_by_email(db, "NORA@lantern.example")
        assert nora is not None
        assert not nora.has_password
        assert nora.leads == {cast.production}
        assert queries.credentials(db, nora.email) is None
        assert invitations.redeem_invitation(db, token, "Nora Quist", "", HASH, now) == nora.id
        assert queries.account(db, nora.id).name == "Nora Quist"
        assert queries.account(db, nora.id).has_password


def test_a_link_works_once_and_for_a_week(database: Database, cast: Cast, now: datetime) -> None:
    token = invite(database, cast, now)
    with database.reading() as db:
        assert queries.invitation(db, token, now + timedelta(days=6, hours=23)) is not None
        assert queries.invitation(db, token, now + timedelta(days=7)) is None
        assert queries.invitation(db, "made up", now) is None
    with database.transaction() as db:
        invitations.redeem_invitation(db, token, "Nora", "", HASH, now)
    with pytest.raises(LinkIsUsed), database.transaction() as db:
        invitations.redeem_invitation(db, token, "Nora", "", HASH, now)


def test_a_second_invitation_replaces_the_first(database: Database, cast: Cast, now: datetime) -> None:
    first, second = invite(database, cast, now), invite(database, cast, now)
    with database.reading() as db:
        assert queries.invitation(db, first, now) is None
        assert queries.invitation(db, second, now) is not None


def test_whoever_has_a_password_is_not_invited_again(database: Database, cast: Cast, now: datetime) -> None:
    with pytest.raises(AlreadyHere):
        invite(database, cast, now, email=" EDDA@lantern.example")


def test_a_lead_cannot_get_a_link_to_a_mightier_account(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        invitations.invite(db, cast.ada.visitor, "boss@lantern.example", "Boss", True, True, None, False, now)
    for asker in (cast.edda, cast.frieda):
        with pytest.raises(OnlyAdmins), database.transaction() as db:
            invitations.invite(
                db, asker.visitor, "boss@lantern.example", "Boss", False, False, cast.editorial, False, now
            )


def test_members_invite_nobody(database: Database, cast: Cast, now: datetime) -> None:
    with pytest.raises(OnlyAdmins), database.transaction() as db:
        invitations.invite(db, cast.mia.visitor, "x@lantern.example", "X", False, False, cast.editorial, False, now)


def test_the_token_of_a_link_is_not_in_the_database(database: Database, cast: Cast, now: datetime) -> None:
    heard: list[InvitationPrepared] = []
    database.bus.after(InvitationPrepared, heard.append)
    token = invite(database, cast, now)
    assert [fact.token for fact in heard] == [token]
    assert token not in repr(heard)
    with database.reading() as db:
        stored = [str(value) for row in db.exec(select(Invitation)).all() for value in row.model_dump().values()]
    assert token not in stored


def test_a_forgotten_password_is_replaced_and_ends_every_sign_in(
    database: Database, cast: Cast, now: datetime
) -> None:
    with database.transaction() as db:
        token = invitations.prepare_new_link(db, cast.ada.visitor, cast.edda.id, now)
        assert queries.visitor_for(db, cast.edda.token, now) is not None
        invitations.redeem_invitation(db, token, "", "", "a new hash", now)
        assert queries.visitor_for(db, cast.edda.token, now) is None
        assert queries.account(db, cast.edda.id).name == "Edda"


def test_only_an_admin_or_the_shell_makes_new_links(database: Database, cast: Cast, now: datetime) -> None:
    for person in (cast.frieda, cast.edda, cast.mia):
        with pytest.raises(OnlyAdmins), database.transaction() as db:
            invitations.prepare_new_link(db, person.visitor, cast.ada.id, now)
    with database.transaction() as db:
        assert invitations.prepare_new_link(db, None, cast.ada.id, now)


def test_a_demo_link_signs_in_again_and_again_but_sets_no_password(
    database: Database, cast: Cast, now: datetime
) -> None:
    with database.transaction() as db:
        link = invitations.prepare_demo_link(db, cast.frieda.id, now)
        for _ in range(2):
            visit = invitations.open_link(db, link, now)
            visitor = queries.visitor_for(db, visit, now)
            assert visitor is not None
            assert visitor.account_id == cast.frieda.id
        with pytest.raises(LinkIsUsed):
            invitations.redeem_invitation(db, link, "Eve", "", HASH, now)


def test_an_ordinary_link_does_not_sign_in_by_itself(database: Database, cast: Cast, now: datetime) -> None:
    token = invite(database, cast, now)
    with pytest.raises(LinkIsUsed), database.transaction() as db:
        invitations.open_link(db, token, now)


# Signing in


def test_signing_in_with_the_right_password_only(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        token = sign_ins.sign_in(db, "Edda@lantern.example", PASSWORD, now, "Firefox on Linux")
        assert queries.visitor_for(db, token, now) == cast.edda.visitor
    for email, password in (("edda@lantern.example", "wrong"), ("nobody@lantern.example", PASSWORD)):
        with pytest.raises(SignInFailed), database.transaction() as db:
            sign_ins.sign_in(db, email, password, now)


def test_an_unknown_address_takes_as_long_as_a_wrong_password(database: Database, cast: Cast, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Both verify one hash of the same cost; counted rather than timed, because the machine is shared."""
    from app.people.service import passwords

    hashes: list[str] = []
    verify = passwords._hasher.verify
    monkeypatch.setattr(
        passwords._hasher, "verify", lambda typed, stored: hashes.append(stored) or verify(typed, stored)
    )
    with database.reading() as db:
        known = queries.credentials(db, "edda@lantern.example")
    assert not passwords.is_right_password(known, "wrong password")
    assert not passwords.is_right_password(None, "wrong password")
    assert not passwords.is_right_password(None, "nobody has this password")
    costs = {stored.rsplit("$", 2)[0] for stored in hashes}
    assert len(hashes) == 3
    assert len(costs) == 1, "the parameters of argon2 differ"


def test_the_token_of_a_sign_in_is_not_in_the_database(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        rows = db.exec(select(SignIn)).all()
    assert cast.edda.token not in " ".join(str(row.model_dump()) for row in rows)


def test_a_sign_in_idles_out_and_ends_for_good(database: Database, cast: Cast, now: datetime) -> None:
    assert visitor_of(database, cast.edda.token, now + SIGN_IN_IDLE - timedelta(minutes=1))
    assert visitor_of(database, cast.edda.token, now + SIGN_IN_IDLE) is None
    at = now
    while at < now + SIGN_IN_LASTS - timedelta(days=5):
        at += timedelta(days=5)
        with database.transaction() as db:
            sign_ins.was_seen(db, cast.edda.token, at)
    assert visitor_of(database, cast.edda.token, now + SIGN_IN_LASTS - timedelta(minutes=1))
    assert visitor_of(database, cast.edda.token, now + SIGN_IN_LASTS) is None


def test_being_seen_is_written_at_most_once_an_hour(database: Database, cast: Cast, now: datetime) -> None:
    with database.reading() as db:
        assert not queries.needs_seen(db, cast.edda.token, now + SEEN_AGAIN_AFTER - timedelta(seconds=1))
        assert queries.needs_seen(db, cast.edda.token, now + SEEN_AGAIN_AFTER)
        assert not queries.needs_seen(db, "made up", now + SEEN_AGAIN_AFTER)


def test_signing_out_ends_this_browser_only(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        other = sign_ins.open_sign_in(db, cast.edda.id, now, "Safari on an iPhone")
        sign_ins.sign_out(db, cast.edda.token)
    assert visitor_of(database, cast.edda.token, now) is None
    assert visitor_of(database, other, now)


def test_one_ends_only_ones_own_sign_ins(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        sign_ins.open_sign_in(db, cast.edda.id, now, "Safari on an iPhone")
        own = queries.open_sign_ins(db, cast.edda.id, now, cast.edda.token)
    assert sorted(one.is_this_one for one in own) == [False, True]
    phone = next(one for one in own if not one.is_this_one)
    with pytest.raises(NotFound), database.transaction() as db:
        sign_ins.revoke_sign_in(db, cast.paul.id, phone.id)
    with database.transaction() as db:
        sign_ins.revoke_sign_in(db, cast.edda.id, phone.id)
        assert [one.is_this_one for one in queries.open_sign_ins(db, cast.edda.id, now, cast.edda.token)] == [True]


def test_ending_all_others_keeps_this_one_and_other_people(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        phone = sign_ins.open_sign_in(db, cast.edda.id, now)
        sign_ins.revoke_other_sign_ins(db, cast.edda.id, keep=cast.edda.token)
        assert queries.visitor_for(db, phone, now) is None
        assert queries.visitor_for(db, cast.edda.token, now)
        assert queries.visitor_for(db, cast.paul.token, now)


def test_a_password_changed_meanwhile_does_not_sign_in(database: Database, cast: Cast, now: datetime) -> None:
    with database.reading() as db:
        verified = queries.credentials(db, "edda@lantern.example")
    assert verified is not None
    with database.transaction() as db:
        sign_ins.change_password(db, verified, "a new hash", keep=cast.edda.token)
    with pytest.raises(SignInFailed), database.transaction() as db:
        sign_ins.start_sign_in(db, verified, now)


# Rights


def test_rights_count_from_the_next_request(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        accounts.change_rights(
            db, cast.ada.visitor, cast.mia.id, False, True, {cast.production: True, cast.marketing: False}
        )
        mia = queries.visitor_for(db, cast.mia.token, now)
    assert mia is not None
    assert (mia.is_facilitator, mia.leads, mia.member_of) == (True, {cast.production}, {cast.marketing})


def test_only_admins_change_rights(database: Database, cast: Cast, now: datetime) -> None:
    for person in (cast.frieda, cast.edda, cast.mia):
        with pytest.raises(OnlyAdmins), database.transaction() as db:
            accounts.change_rights(db, person.visitor, person.id, True, True, {})
        with pytest.raises(OnlyAdmins), database.transaction() as db:
            accounts.disable(db, person.visitor, cast.sven.id, now)


def test_the_last_admin_stays(database: Database, cast: Cast, now: datetime) -> None:
    with pytest.raises(LastAdmin), database.transaction() as db:
        accounts.change_rights(db, cast.ada.visitor, cast.ada.id, False, True, {})
    with pytest.raises(LastAdmin), database.transaction() as db:
        accounts.disable(db, cast.ada.visitor, cast.ada.id, now)
    with database.transaction() as db:
        accounts.change_rights(db, cast.ada.visitor, cast.frieda.id, True, True, {})
        accounts.disable(db, cast.ada.visitor, cast.ada.id, now)
        assert queries.admin_ids(db) == [cast.frieda.id]


def test_two_admins_who_remove_each_other_at_once_leave_one(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        accounts.change_rights(db, cast.ada.visitor, cast.frieda.id, True, True, {})
        frieda = queries.visitor_for(db, cast.frieda.token, now)
    assert frieda is not None
    start, refused = threading.Barrier(2), []

    def remove(asker: object, other: object) -> None:
        start.wait()
        try:
            with database.transaction() as db:
                accounts.disable(db, asker, other, now)  # type: ignore[arg-type]
        except LastAdmin as refusal:
            refused.append(refusal)

    pairs = ((cast.ada.visitor, cast.frieda.id), (frieda, cast.ada.id))
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as db:
        assert len(queries.admin_ids(db)) == 1
    assert len(refused) == 1


def test_a_disabled_account_is_out_at_once_and_can_come_back(database: Database, cast: Cast, now: datetime) -> None:
    with database.transaction() as db:
        accounts.disable(db, cast.ada.visitor, cast.frieda.id, now)
        assert queries.visitor_for(db, cast.frieda.token, now) is None
        assert queries.credentials(db, cast.frieda.email) is None
        assert cast.frieda.id not in [one.id for one in queries.facilitators(db)]
        accounts.enable(db, cast.ada.visitor, cast.frieda.id)
        assert queries.credentials(db, cast.frieda.email) is not None
        assert queries.visitor_for(db, cast.frieda.token, now) is None, "old sign-ins stay ended"


def test_the_same_address_twice_is_refused_also_at_once(database: Database, now: datetime) -> None:
    start, outcomes = threading.Barrier(4), []

    def create() -> None:
        start.wait()
        try:
            with database.transaction() as db:
                outcomes.append(accounts.create_account(db, "same@lantern.example", "Same", None, now))
        except AlreadyHere as refusal:
            outcomes.append(refusal)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(not isinstance(one, AlreadyHere) for one in outcomes) == 1
    assert len(outcomes) == 4
    with database.reading() as db:
        assert len(db.exec(select(Account)).all()) == 1


def test_an_unknown_account_is_not_found(database: Database, cast: Cast) -> None:
    with pytest.raises(NotFound), database.reading() as db:
        queries.account(db, uuid4())

"""The cast is who the tests say it is."""

from __future__ import annotations

from app.core.db import Database
from app.people.service import sign_ins
from tests.cast import DEPARTMENTS, PASSWORD, Cast


def test_everybody_has_the_role_of_the_programme(cast: Cast) -> None:
    assert cast.ada.visitor.is_admin
    assert not cast.ada.visitor.is_facilitator
    assert all(person.visitor.is_facilitator for person in (cast.frieda, cast.carla, cast.stefan))
    assert cast.edda.visitor.leads == {cast.editorial}
    assert cast.paul.visitor.leads == {cast.production}
    assert cast.mia.visitor.member_of == {cast.editorial}
    assert cast.mia.visitor.leads == frozenset()
    assert cast.sven.visitor.departments == {cast.departments["IT"]}
    assert tuple(cast.departments) == DEPARTMENTS


def test_everybody_can_sign_in(cast: Cast, database: Database, now) -> None:
    with database.transaction() as db:
        for person in cast.everybody().values():
            assert sign_ins.sign_in(db, person.email, PASSWORD, now)

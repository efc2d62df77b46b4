"""How texts are compared: what an admin reads there, and the kinds of friction that an admin words anew."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from app.core.db import Database
from app.meaning.queries import kinds
from app.meaning.rules.built_in_kinds import BUILT_IN
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
SENTENCES = "We never met in person\nThe other site felt far away"


def in_use(database: Database) -> dict[str, tuple[str, ...]]:
    with database.reading() as db:
        return {kind.key: kind.phrases for kind in kinds(db)}


def test_an_admin_reads_which_encoder_serves_and_others_do_not(at_desk: AtDesk, cast: Cast) -> None:
    page = at_desk(cast.ada).get("/desk/kinds").text
    assert "wordllama" in page
    assert "token embeddings of large language models" in page
    assert BUILT_IN[0].name in page
    assert "How texts are compared" in at_desk(cast.ada).get("/desk/settings").text
    assert at_desk(cast.frieda).get("/desk/kinds").status_code == 404
    assert "/desk/kinds" not in at_desk(cast.frieda).get("/desk/settings").text


def test_nobody_but_an_admin_changes_kinds(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    frieda = at_desk(cast.frieda)
    typed = {"name": "Far away", "phrases": SENTENCES}
    for address in ("", "/meetings", "/meetings/retirement", "/built-in"):
        assert frieda.post(f"/desk/kinds{address}", data=typed).status_code == 404
    assert in_use(database).keys() == {kind.key for kind in BUILT_IN}


def test_a_kind_is_changed_added_taken_out_and_put_back(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    ada = at_desk(cast.ada)
    assert ada.post("/desk/kinds/meetings", data={"name": "Talks", "phrases": SENTENCES}).status_code == 303
    assert in_use(database)["meetings"] == tuple(SENTENCES.splitlines())
    assert ada.post("/desk/kinds", data={"name": "Far away", "phrases": SENTENCES}).status_code == 303
    assert "far_away" in in_use(database)
    ada.post("/desk/kinds/far_away/retirement")
    assert "far_away" not in in_use(database)
    assert "out of use" in ada.get("/desk/kinds").text
    ada.post("/desk/kinds/far_away/retirement", data={"over": "yes"})
    assert "far_away" in in_use(database)
    ada.post("/desk/kinds/built-in")
    assert in_use(database) == {kind.key: kind.phrases for kind in BUILT_IN}


def test_what_cannot_be_is_said_and_what_was_typed_is_kept(at_desk: AtDesk, cast: Cast, database: Database) -> None:
    ada = at_desk(cast.ada)
    answer = ada.post("/desk/kinds/meetings", data={"name": "Talks & more", "phrases": "Only one"})
    assert answer.status_code == 422
    assert "Please write 2 to 12 sentences" in answer.text
    assert "Talks &amp; more" in answer.text
    assert ada.post("/desk/kinds", data={"name": "", "phrases": SENTENCES}).status_code == 422
    assert ada.post("/desk/kinds/nothing", data={"name": "Talks", "phrases": SENTENCES}).status_code == 404
    assert "meetings" in in_use(database)

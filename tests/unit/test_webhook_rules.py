"""How webhooks sign and what they say: the published vector, and the shapes that Slack and Teams document.

Neither service itself was ever asked: what is compared here is their documents' shapes.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.rules.kinds import ActionState
from app.notifications.rules.messages import body_of, slack_text
from app.notifications.rules.news import PromiseNews, of_action, of_agreement, of_retro, of_test
from app.notifications.rules.webhooks import (
    EVENT_WORDS,
    STATE_WORDS,
    STOP_AFTER,
    TEMPLATE_WORDS,
    Event,
    News,
    Template,
    chosen_events,
    has_failed_too_long,
    hears,
    is_taken,
    shown_secret,
    signed_headers,
)

AT = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
LINK = "https://posts.lantern.example/desk/actions/1"


def promise(**changed: Any) -> PromiseNews:
    known: dict[str, Any] = {
        "id": UUID(int=1),
        "kind": "action",
        "title": "Send proofs earlier",
        "state": "promised",
        "owner": "Paul",
        "providing": "Production",
        "requesting": "Editorial",
        "due_on": date(2026, 3, 31),
        "promised_for": date(2026, 3, 31),
        "slips": 0,
        "by_silence": False,
        "link": LINK,
    }
    return PromiseNews(**{**known, **changed})


def said(template: Template, news: News) -> Any:
    return json.loads(body_of(template, news))


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The vector that the reference libraries test themselves with."""
    import base64

    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert shown_secret(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_standard_body_has_type_time_and_data_and_no_mail_address() -> None:
    assert said(Template.STANDARD, of_action(Event.ACTION_STEPPED, promise(), AT)) == {
        "type": "action.stepped",
        "timestamp": "2026-03-17T12:00:00Z",
        "data": {
            "id": "00000000-0000-0000-0000-000000000001",
            "kind": "action",
            "title": "Send proofs earlier",
            "state": "promised",
            "owner": "Paul",
            "providing_department": "Production",
            "requesting_department": "Editorial",
            "due_on": "2026-03-31",
            "promised_for": "2026-03-31",
            "slips": 0,
            "by_silence": False,
            "link": LINK,
        },
    }


def test_a_closed_retro_says_its_title_its_project_and_where_to_read_and_nothing_else() -> None:
    body = said(Template.STANDARD, of_retro(UUID(int=2), "Spring list", "The Orchard Atlas", LINK, AT))
    assert body["data"] == {
        "id": str(UUID(int=2)),
        "title": "Spring list",
        "project": "The Orchard Atlas",
        "link": LINK,
    }


EVERYTHING = [
    of_action(Event.ACTION_REQUESTED, promise(state="requested"), AT),
    of_action(Event.ACTION_LATE, promise(due_on=None), AT),
    *(of_action(Event.ACTION_STEPPED, promise(state=one), AT) for one in ActionState if one != ActionState.PROPOSED),
    of_agreement(
        UUID(int=3), "Copy three days before press", "Editorial", "Production", since=date(2026, 3, 1),
        review_on=None, ended_on=None, is_in_force=True, link=LINK, at=AT,
    ),
    of_retro(UUID(int=2), "Spring list", "The Orchard Atlas", LINK, AT),
    of_test("Our channel", LINK, AT),
    of_test("Nobody said where we live", "", AT),
]  # fmt: skip


@pytest.mark.parametrize("news", EVERYTHING)
def test_a_message_for_slack_has_the_documented_shape(news: News) -> None:
    """Incoming webhook: `text` and `blocks`; sections of mrkdwn, at most 3000 characters, at most 10 fields."""
    body = said(Template.SLACK, news)
    assert set(body) == {"text", "blocks"}
    assert isinstance(body["text"], str)
    assert body["text"]
    assert 1 <= len(body["blocks"]) <= 50
    for block in body["blocks"]:
        assert block["type"] == "section"
        texts = [block["text"]] if "text" in block else block["fields"]
        assert 1 <= len(texts) <= 10
        for text in texts:
            assert set(text) == {"type", "text"}
            assert text["type"] == "mrkdwn"
            assert 1 <= len(text["text"]) <= (3000 if "text" in block else 2000)


@pytest.mark.parametrize("news", EVERYTHING)
def test_a_message_for_teams_has_the_documented_shape(news: News) -> None:
    """A message with one Adaptive Card 1.4; the older message cards ("MessageCard") are not taken by workflows."""
    body = said(Template.TEAMS, news)
    assert set(body) == {"type", "attachments"}
    assert body["type"] == "message"
    (attachment,) = body["attachments"]
    assert set(attachment) == {"contentType", "contentUrl", "content"}
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["contentUrl"] is None
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["$schema"] == "http://adaptivecards.io/schemas/adaptive-card.json"
    for element in card["body"]:
        if element["type"] == "TextBlock":
            assert element["text"]
            assert element["wrap"] is True
            assert set(element) <= {"type", "text", "wrap", "size", "weight", "color"}
        else:
            assert element["type"] == "FactSet"
            assert all(set(fact) == {"title", "value"} and all(fact.values()) for fact in element["facts"])
    actions = card.get("actions", [])
    assert [one["type"] for one in actions] == ["Action.OpenUrl"] * len(actions)
    assert bool(actions) == bool(news.link)
    assert len(json.dumps(body)) < 28_000, "the most that Teams takes"


def test_nobody_can_call_a_channel_or_hide_a_link_in_slack() -> None:
    news = of_action(Event.ACTION_STEPPED, promise(title="<!channel> a & b <https://evil.example|Paul>"), AT)
    text = body_of(Template.SLACK, news)
    assert "<!channel>" not in text
    assert "<https://evil" not in text
    assert "&lt;!channel&gt; a &amp; b &lt;https://evil.example|Paul&gt;" in text
    assert f"<{LINK}|" in text


@given(st.text(max_size=80))
def test_slack_reads_back_what_was_written(text: str) -> None:
    escaped = slack_text(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_a_title_cannot_become_a_link_in_teams() -> None:
    for news in (
        of_action(Event.ACTION_STEPPED, promise(title="[Paul](https://evil.example)"), AT),
        of_action(Event.ACTION_STEPPED, promise(owner="[Paul](https://evil.example)"), AT),
    ):
        assert "](" not in body_of(Template.TEAMS, news)


def test_the_words_for_silence_name_it() -> None:
    news = of_action(Event.ACTION_STEPPED, promise(state="accepted", by_silence=True), AT)
    assert news.headline == "Accepted as done, because nobody answered"


def test_every_event_template_and_state_has_words() -> None:
    assert set(EVENT_WORDS) == set(Event) - {Event.TEST}
    assert set(TEMPLATE_WORDS) == set(Template)
    assert set(STATE_WORDS) == {state.value for state in ActionState} - {"proposed"}


def test_who_hears_what() -> None:
    assert hears("", Event.ACTION_LATE)
    assert hears("action.late retro.closed", Event.RETRO_CLOSED)
    assert not hears("action.late retro.closed", Event.ACTION_STEPPED)
    assert hears("action.late", Event.TEST)
    assert chosen_events(["retro.closed", "test", "nonsense", "action.late"]) == [
        Event.ACTION_LATE,
        Event.RETRO_CLOSED,
    ]
    assert len(" ".join(EVENT_WORDS)) <= 300, "fits into the column"


def test_what_counts_as_taken_and_as_too_long() -> None:
    assert [status for status in (199, 200, 204, 299, 300, 302, 410, 500) if is_taken(status)] == [200, 204, 299]
    assert not has_failed_too_long(AT, AT + STOP_AFTER - timedelta(seconds=1))
    assert has_failed_too_long(AT, AT + STOP_AFTER)


def test_an_agreement_that_a_room_has_looked_at_did_not_just_come_into_force() -> None:
    def headline(**said: bool) -> str:
        return of_agreement(
            UUID(int=3),
            "Copy three days before press",
            "Editorial",
            "Production",
            since=date(2026, 3, 1),
            review_on=None,
            ended_on=None,
            is_in_force=True,
            link="https://posts.lantern.example/desk/agreements/3",
            at=datetime(2026, 3, 17, tzinfo=UTC),
            **said,
        ).headline

    assert headline() == "Agreement in force"
    assert headline(is_reviewed=True) == "Agreement reviewed or changed"

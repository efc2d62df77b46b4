"""How webhooks say what happened: for programs, for Slack and for a workflow of Microsoft Teams; pure.

The shapes are those of the two makers' documents; neither service was ever asked by this project's tests.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from app.notifications.rules.webhooks import News, Template

CARD = "application/vnd.microsoft.card.adaptive"
SLACK_SECTION_MAX = 3000
SLACK_FIELD_MAX = 2000
SLACK_FIELDS_MAX = 10


def body_of(template: str, news: News) -> str:
    """The JSON that is sent."""
    shape = {Template.SLACK: _slack, Template.TEAMS: _teams}.get(Template(template), _standard)
    return json.dumps(shape(news), ensure_ascii=False, separators=(",", ":"))


def _standard(news: News) -> dict[str, Any]:
    moment = news.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"type": news.event.value, "timestamp": moment, "data": {**news.data, "link": news.link}}


def _slack(news: News) -> dict[str, Any]:
    """`text` is what a notification shows; the blocks are the message."""
    headline, title = slack_text(news.headline), slack_text(news.title)
    line = f"<{slack_text(news.link)}|{title}>" if news.link else title
    blocks = [_slack_section(f"*{headline}*\n{line}")]
    if news.facts:
        fields = [f"*{slack_text(word)}*\n{slack_text(meaning)}" for word, meaning in news.facts]
        blocks.append(
            {"type": "section", "fields": [_mrkdwn(one, SLACK_FIELD_MAX) for one in fields[:SLACK_FIELDS_MAX]]}
        )
    return {"text": f"{headline}: {title}", "blocks": blocks}


def slack_text(text: str) -> str:
    """Slack's three characters escaped, so that nobody's title calls a whole channel (<!channel>) or hides a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack_section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text, SLACK_SECTION_MAX)}


def _mrkdwn(text: str, most: int) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text[:most]}


def _teams(news: News) -> dict[str, Any]:
    body: list[dict[str, Any]] = [
        _block(news.headline, color="Accent", weight="Bolder"),
        _block(news.title, size="Medium", weight="Bolder"),
    ]
    if news.facts:
        facts = [{"title": word, "value": teams_text(meaning)} for word, meaning in news.facts]
        body.append({"type": "FactSet", "facts": facts})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if news.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open in Fencepost", "url": news.link}]
    return {"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]}


def teams_text(text: str) -> str:
    """Cards read some Markdown: the one part of it that could mislead, a link under other words, is taken apart."""
    return text.replace("](", "]\u200b(")


def _block(text: str, **looks: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": teams_text(text), "wrap": True, **looks}

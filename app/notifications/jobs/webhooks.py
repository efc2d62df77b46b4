"""Sends what webhooks wait for, outside of every transaction, and lets the log forget. One at a time, and never long:
a slow address must not hold up mails."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from uuid import UUID

import httpx

from app.core.config import Settings
from app.core.db import Database
from app.notifications.queries.webhooks import allowed_by, has_old, has_sendable
from app.notifications.rules.targets import Allowed, NotCallable, Target
from app.notifications.rules.webhooks import ANSWER_KEPT, signed_headers
from app.notifications.service import deliveries, resolving
from app.notifications.service.deliveries import DeliveryResponse, Parcel
from app.notifications.service.resolving import Resolve

AT_ONCE = 50
ROUND_SECONDS = 20.0
CALL_SECONDS = 10.0
CONNECT_SECONDS = 4.0
ANSWER_BYTES = 64 * 1024

Post = Callable[[Parcel], DeliveryResponse]
"""Posts a parcel and says what came back; never raises for what the other side does."""


def run_due(database: Database, now: datetime, post: Post | None = None) -> None:
    """Send at most `AT_ONCE` due deliveries. An address that fails is left alone for the rest of the round."""
    post = post or by_http(database.info.get("settings"), now)
    with database.reading() as db:
        due, old = has_sendable(db, now), has_old(db, now)
    if old:
        with database.transaction() as db:
            deliveries.forget_old_deliveries(db, now)
    until = time.monotonic() + ROUND_SECONDS
    failed: frozenset[UUID] = frozenset()
    for _ in range(AT_ONCE if due else 0):
        if time.monotonic() > until:
            return
        webhook_id, taken = send_one(database, now, post, failed)
        if webhook_id is None:
            return
        failed |= frozenset() if taken else {webhook_id}


def send_one(
    database: Database, now: datetime, post: Post, but_not: frozenset[UUID] = frozenset()
) -> tuple[UUID | None, bool]:
    """Claim, post, and write down what came back. Returns the webhook (None: nothing is due), and whether it took it.

    When a process dies in between, the lease runs out and the delivery is posted again under the same webhook-id.
    """
    with database.transaction() as db:
        parcel = deliveries.claim_delivery(db, now, but_not)
    if parcel is None:
        return None, False
    answer = post(parcel)
    with database.transaction() as db:
        return parcel.webhook_id, deliveries.note_answer(db, parcel, answer, now)


def by_http(
    settings: Settings | None,
    now: datetime,
    resolve: Resolve = resolving.looked_up,
    seconds: float = CALL_SECONDS,
    trusted: ssl.SSLContext | None = None,
) -> Post:
    """Posts over HTTP; where an address leads is looked at anew each time. `seconds`: for one call as a whole."""
    allowed: Allowed = allowed_by(settings)

    def post(parcel: Parcel) -> DeliveryResponse:
        try:
            target, addresses = resolving.callable_at(parcel.url, allowed, resolve)
        except NotCallable as refused:
            return DeliveryResponse(None, f"Not called. {refused}")
        body = parcel.body.encode()
        headers = {
            "Host": target.host_header,
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "Fencepost",
            **signed_headers(parcel.secret, str(parcel.id), now, body),
        }
        # A loop of its own, in a thread of its own: whoever calls may have one running.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, _call(target, addresses, headers, body, seconds, trusted)).result()

    return post


async def _call(
    target: Target,
    addresses: tuple[str, ...],
    headers: dict[str, str],
    body: bytes,
    seconds: float,
    trusted: ssl.SSLContext | None,
) -> DeliveryResponse:
    """The limits of httpx hold for each read; only a task that is cancelled ends a call that trickles on for ever."""
    timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    answer = DeliveryResponse(None, "No address answered.")
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(
                verify=trusted or _known_certificates(), trust_env=False, follow_redirects=False, timeout=timeout
            ) as client,
        ):
            for address in addresses:
                try:
                    return await _post(client, target, address, headers, body)
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    answer = DeliveryResponse(None, f"No connection: {_in_words(error)}")
    except (TimeoutError, httpx.TimeoutException):
        return DeliveryResponse(None, f"No answer within {seconds:g} seconds.")
    except httpx.HTTPError as error:
        return DeliveryResponse(None, _in_words(error))
    return answer


async def _post(
    client: httpx.AsyncClient, target: Target, address: str, headers: dict[str, str], body: bytes
) -> DeliveryResponse:
    """To this very machine address; the certificate must be that of the name."""
    url = httpx.URL(scheme=target.scheme, host=address, port=target.port, raw_path=target.path.encode())
    async with client.stream(
        "POST", url, content=body, headers=headers, extensions={"sni_hostname": target.host}
    ) as response:
        said = b""
        async for chunk in response.aiter_raw():
            said += chunk
            if len(said) >= ANSWER_BYTES:
                break
    return DeliveryResponse(response.status_code, _readable(said[:ANSWER_BYTES]))


@cache
def _known_certificates() -> ssl.SSLContext:
    """Those that this machine trusts, as for mails: read once, it takes a while."""
    return ssl.create_default_context()


def _readable(said: bytes) -> str:
    """The beginning of an answer, on one line and without what cannot be shown."""
    words = " ".join(said[: ANSWER_KEPT * 4].decode("utf-8", errors="replace").split())
    return "".join(one if one.isprintable() else "\ufffd" for one in words)[:ANSWER_KEPT]


def _in_words(error: Exception) -> str:
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__

"""Sets up the log: structured lines, no query, no body, no SQL, nothing of a participant (anonymity.md)."""

import logging
import sys

import structlog


def set_up(*, as_json: bool) -> None:
    """One line an event on standard error; JSON when a machine reads it."""
    renderer = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _time_unless_a_seat_asked,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    # uvicorn's access log writes addresses and whole URLs; ours replaces it.
    logging.getLogger("uvicorn.access").disabled = True


_stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)


def _time_unless_a_seat_asked(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if event.get("event") in {"seat_request", "seat_broken"}:
        return event
    return _stamp(logger, method, event)

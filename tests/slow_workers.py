"""A server of two workers, watched as `fencepost serve --workers` watches its own, whose workers start slowly.

Run as `python -m tests.slow_workers PORT SECONDS [fail]`; `tests/unit/test_workers.py` does.
"""

import os
import socket
import sys
import threading
import time

if __name__ == "__mp_main__":  # a worker, before it can answer anything: as if it loaded modules on a busy core
    time.sleep(float(os.environ["SLOW_START"]))
    if os.environ["SLOW_FAILS"]:
        sys.exit(3)


async def app(scope, receive, send):
    """Says which process answers."""
    if scope["type"] != "http":
        raise RuntimeError("no lifespan here")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})


def main() -> None:
    import uvicorn

    from app.core import workers
    from app.web import logging

    logging.set_up(as_json=True)
    workers.SILENT_SECONDS = 2
    os.environ["SLOW_START"] = sys.argv[2]
    os.environ["SLOW_FAILS"] = "yes" if "fail" in sys.argv else ""
    threading.Timer(2, lambda: os.environ.update(SLOW_START="0")).start()  # those that replace others are quick
    bound = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    watched = workers.Workers(uvicorn.Config("tests.slow_workers:app", workers=2, log_level="warning"), [bound])
    watched.run()
    sys.exit(3 if watched.has_failed else 0)


if __name__ == "__main__":
    main()

"""Runs what reads foreign files in a process of its own, with limits of time and memory: it can be ended, and what a
file does to the libraries that read it ends with it.

A fork, and no fresh interpreter: that would load the application anew for every file (0.8 s). The child touches
nothing but the work and its pipe, closes every other file at once and ends without saying goodbye to anything.
"""

import gc
import os
import pickle
import resource
import select
import signal
import threading
import time
import warnings
from collections.abc import Callable
from typing import TypeVar

from app.core.errors import whereabouts
from app.core.list_files import UnreadableFile

T = TypeVar("T")
SECONDS = 20
"""Of the processor, for one file; by the clock it may take three times as long."""
MEGABYTES = 512
"""More than the server has when it begins."""
AT_ONCE = threading.BoundedSemaphore(2)
_LAST_FILE = 65_536


class TookTooMuch(UnreadableFile):
    """The file was given up."""


class Broke(Exception):
    """A defect of ours in the child: what it was and where, without what stood in the file."""


def beside(work: Callable[[], T], *, seconds: int = SECONDS, megabytes: int = MEGABYTES) -> T:
    """What `work` returns, or the ValueError that it raises; raises TookTooMuch where a limit ends it."""
    with AT_ONCE:
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # Later Pythons warn of threads at a fork: the child waits for none of their locks (see above).
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            _in_the_child(work, writing, seconds, megabytes)
        os.close(writing)
        try:
            said = _read_all(reading, time.monotonic() + 3 * seconds)
        finally:
            os.close(reading)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    try:
        came: T | Exception = pickle.loads(said)  # noqa: S301  (of our own child)
    except (pickle.UnpicklingError, EOFError):
        raise TookTooMuch(
            f"Reading it takes more than this server gives one file ({seconds} seconds, {megabytes} MB). "
            "Please split it, or save it as CSV."
        ) from None
    if isinstance(came, Exception):
        raise came
    return came


def _read_all(pipe: int, until: float) -> bytes:
    """Everything that comes before the child closes its end, or its time is over."""
    ready = select.poll()  # not select(): a busy server has files with higher numbers
    ready.register(pipe, select.POLLIN)
    parts = []
    while (left := until - time.monotonic()) > 0:
        if ready.poll(left * 1000):
            part = os.read(pipe, 1 << 20)
            if not part:
                break
            parts.append(part)
    return b"".join(parts)


def _in_the_child(work: Callable[[], object], writing: int, seconds: int, megabytes: int) -> None:
    """Never returns."""
    try:
        gc.disable()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.closerange(0, writing)
        os.closerange(writing + 1, _LAST_FILE)
        _limit(seconds, megabytes)
        said = memoryview(_said(work))
        while said:
            said = said[os.write(writing, said) :]
    finally:
        os._exit(0)


def _said(work: Callable[[], object]) -> bytes:
    try:
        return pickle.dumps(work())
    except ValueError as refused:
        return pickle.dumps(refused)
    except MemoryError:
        return b""
    except Exception as error:
        return pickle.dumps(Broke(f"{type(error).__name__} at {whereabouts(error)}"))


def _limit(seconds: int, megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    has = _address_space()
    if has is not None:
        most = has + megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _address_space() -> int | None:
    """Bytes that this process has reserved; None where the system does not say it as Linux does."""
    try:
        with open("/proc/self/statm", encoding="ascii") as said:
            return int(said.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None

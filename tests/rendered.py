"""Remembers which templates the run rendered, so that one which no test ever rendered fails the whole run.

Asked for with FENCEPOST_EVERY_TEMPLATE=1 (CI), because a run of some tests cannot render all templates.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from jinja2 import Environment

_seen: set[str] = set()
WANTED = os.environ.get("FENCEPOST_EVERY_TEMPLATE") == "1"


def remember() -> None:
    """From now on note every template that the app's environment loads in order to render it."""
    original = Environment._load_template

    def load(self: Environment, name: str, globals: Any) -> Any:
        from app.web.templating import environment

        if self is environment():
            _seen.add(name)
        return original(self, name, globals)

    Environment._load_template = load  # type: ignore[method-assign]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["rendered"] = sorted(_seen)
        return
    if not WANTED or exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or not _seen:
        return  # (nothing rendered at all: the run did not get as far as its tests)
    from tests.web.test_templates import NAMES

    never = [name for name in NAMES if name not in _seen]
    if never:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        _say(config, f"No test renders these templates: {', '.join(never)}")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    """A worker of pytest-xdist has ended: add what it rendered."""
    _seen.update(getattr(node, "workeroutput", {}).get("rendered", ()))


def _say(config: pytest.Config, sentence: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(sentence, red=True)

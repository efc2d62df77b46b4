"""Which Fencepost this is."""

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

import app

NAME = "fencepost"


@cache
def version() -> str:
    """As `pyproject.toml` says it in a checkout (what was installed from there may be older), else as installed."""
    declared = Path(app.__file__).resolve().parent.parent / "pyproject.toml"
    if declared.is_file():
        project = tomllib.loads(declared.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == NAME:
            return str(project["version"])
    try:
        return installed_version(NAME)
    except PackageNotFoundError:
        return "of unknown version"

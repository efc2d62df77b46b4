"""What a repository host, an editor and a contributor read is sound, and promises nothing that is not so.

Schemas come with check-jsonschema, and nothing is asked of another host. The workflow itself is never run here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github"
SCHEMAS = {
    "workflows/*.yml": "vendor.github-workflows",
    "dependabot.yml": "vendor.dependabot",
    "ISSUE_TEMPLATE/[!c]*.yml": "vendor.github-issue-forms",
    "ISSUE_TEMPLATE/config.yml": "vendor.github-issue-config",
}
RUN = (ROOT / ".ci" / "run").read_text()
REPOS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
HOOKS = [hook for repo in REPOS for hook in repo["hooks"]]
# As published by the Apache Software Foundation, in the copy that Debian ships.
APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
NOT_OURS = ("static/vendor/", "tests/browser/vendor/", "LICENSE")
RELEASED = "alembic/versions/0001_first_tables.py"  # with two blanks at the end of a line, for ever
TEXTS = {".py", ".md", ".toml", ".yml", ".yaml", ".html", ".txt", ".css", ".js", ".csv", ".ini", ".mako", ".svg", ""}


def tool(name: str, *words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A tool of this environment, cut off from the network."""
    nowhere = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https", "HTTP", "HTTPS")}
    command = [str(Path(sys.executable).with_name(name)), *words]
    surroundings = {**os.environ, **nowhere}
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=60)


def schema_of(file: Path) -> list[str]:
    path = file.relative_to(GITHUB).as_posix()
    return [schema for pattern, schema in SCHEMAS.items() if fnmatch(path, pattern)]


@pytest.mark.parametrize("schema", SCHEMAS.values())
def test_what_the_host_reads_keeps_its_schema(schema: str) -> None:
    files = [str(file) for file in GITHUB.rglob("*.yml") if schema in schema_of(file)]
    assert files
    checked = tool("check-jsonschema", "--builtin-schema", schema, *files)
    assert checked.returncode == 0, checked.stdout


def test_no_file_for_the_host_is_without_a_schema() -> None:
    unchecked = [file.name for file in GITHUB.rglob("*") if file.is_file() and not schema_of(file)]
    assert unchecked == ["pull_request_template.md"]


def test_a_step_that_means_nothing_is_noticed(tmp_path: Path) -> None:
    wrong = tmp_path / "checks.yml"
    wrong.write_text((GITHUB / "workflows" / "checks.yml").read_text().replace("- run:", "- runs:"))
    checked = tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(wrong))
    assert checked.returncode == 1, checked.stdout


def test_the_workflow_runs_what_people_run_and_pins_what_others_wrote() -> None:
    workflow = (GITHUB / "workflows" / "checks.yml").read_text()
    (job,) = yaml.safe_load(workflow)["jobs"].values()
    assert job["steps"][-1]["run"].startswith(".ci/run")
    assert not re.search(r"pytest|ruff|mypy", workflow), "a check that people do not run"
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", one) for one in used)


def test_hooks_are_the_projects_own_tools_and_known_to_pre_commit() -> None:
    assert tool("pre-commit", "validate-config", ".pre-commit-config.yaml").returncode == 0
    assert {repo["repo"] for repo in REPOS} == {"local"}
    assert {hook["language"] for hook in HOOKS} == {"system"}
    for hook in HOOKS:
        name = hook["entry"].split()[0]
        assert name.startswith(".venv/bin/")
        assert Path(sys.executable).with_name(Path(name).name).exists(), name


def test_every_quick_check_of_a_run_is_a_hook_and_the_other_way_round() -> None:
    quick = re.findall(r'^step "[^"]+" (\.venv/bin/.+)$', RUN, re.MULTILINE)
    assert len(quick) > 4
    # Where a hook is given the files, a run takes the folder.
    given = {True: " .", False: ""}
    hooks = [hook["entry"].replace(" --force-exclude", given[hook["id"] in {"ruff", "format"}]) for hook in HOOKS]
    assert sorted(quick) == sorted(hooks)


def test_the_licence_is_the_one_that_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2
    for pattern in project["license-files"]:
        assert list(ROOT.glob(pattern)), pattern
    assert {file.parent for file in (ROOT / "static/vendor").rglob("*.txt")} == {ROOT / "static/vendor/licences"}


def test_an_image_is_built_with_every_file_that_the_package_names() -> None:
    """Without them the build ends, or the image lacks a licence."""
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert names == allowed
    assert {"LICENSE", "README.md", "pyproject.toml"} <= names


def own_texts() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = [name for name in listed.stdout.split("\0") if name and not name.startswith((*NOT_OURS, RELEASED))]
    return [ROOT / name for name in names if Path(name).suffix in TEXTS and (ROOT / name).is_file()]


def against_editorconfig(content: bytes) -> list[str]:
    """What of `.editorconfig` a text breaks."""
    wrong = {
        "not UTF-8": b"\xff" in content or not _is_utf8(content),
        "ends of line": b"\r" in content,
        "no newline at the end": bool(content) and not content.endswith(b"\n"),
        "blanks at the end of a line": re.search(rb"[ \t]+\r?$", content, re.MULTILINE) is not None,
        "tabs": b"\t" in content,
    }
    return [name for name, broken in wrong.items() if broken]


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_files_are_as_the_editors_are_told() -> None:
    told = ConfigParser()
    told.read_string("[top]\n" + (ROOT / ".editorconfig").read_text())
    assert told["top"]["root"] == "true"
    assert {told["*"]["charset"], told["*"]["end_of_line"], told["*"]["indent_style"]} == {"utf-8", "lf", "space"}
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]
    assert told["*.py"]["max_line_length"] == str(ruff["line-length"])
    files = own_texts()
    assert len(files) > 500
    broken = {str(file.relative_to(ROOT)): against_editorconfig(file.read_bytes()) for file in files}
    assert {name: wrong for name, wrong in broken.items() if wrong} == {}


def test_a_file_that_is_otherwise_is_noticed() -> None:
    assert against_editorconfig(b"good\n") == []
    assert len(against_editorconfig(b"\tbad \r\nand\xff")) == 5


def test_the_pages_of_the_front_garden_lead_to_each_other() -> None:
    readme, contributing = (ROOT / "README.md").read_text(), (ROOT / "CONTRIBUTING.md").read_text()
    for name in ("CONTRIBUTING.md", "STYLE.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"):
        assert f"]({name})" in readme, name
        assert (ROOT / name).exists()
    for name in ("STYLE.md", "SECURITY.md", "CHANGELOG.md", "app/README.md"):
        assert f"`{name}`" in contributing

"""What we serve of other people's work is exactly what they published; every page has the browser check it."""

import base64
import hashlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
TEMPLATES = ROOT / "templates"
PACKAGES: list[dict[str, Any]] = tomllib.loads((VENDOR / "VENDOR.toml").read_text())["package"]
FILES = {file["path"]: file for package in PACKAGES for file in package["file"]}
TAG = re.compile(r"<(?:script|link)\b[^>]*>")
ADDRESS = re.compile(r"vendor/([\w.-]+)")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
INTEGRITY = re.compile(r'integrity="([^"]+)"')


def sha384(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def vendor_tags(html: str) -> Iterator[tuple[str, str | None]]:
    """(file, integrity) of every script or stylesheet taken from static/vendor."""
    for tag in TAG.findall(html):
        if file := ADDRESS.search(tag):
            given = INTEGRITY.search(tag)
            yield file.group(1), given.group(1) if given else None


@pytest.mark.parametrize("path", FILES)
def test_a_vendored_file_has_the_recorded_hash(path: str) -> None:
    assert sha384((VENDOR / path).read_bytes()) == FILES[path]["sha384"]


@pytest.mark.parametrize("path", [path for path, file in FILES.items() if "parts" in file])
def test_a_vendored_file_is_made_of_the_published_parts_and_nothing_else(path: str) -> None:
    content, start = (VENDOR / path).read_bytes(), 0
    for part in FILES[path]["parts"]:
        if start:
            assert content[start : start + 1] == b"\n"
            start += 1
        assert sha384(content[start : start + part["bytes"]]) == part["sha384"], part["source"]
        start += part["bytes"]
    assert start == len(content)


def test_nothing_unrecorded_lies_in_the_folder() -> None:
    licences = {package["licence_file"] for package in PACKAGES}
    there = {str(file.relative_to(VENDOR)) for file in VENDOR.rglob("*") if file.is_file()}
    assert there == set(FILES) | licences | {"VENDOR.toml"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package["name"]))
def test_a_package_names_its_version_licence_and_checksum(package: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
    assert package["licence"]
    assert (VENDOR / package["licence_file"]).read_text().strip()
    algorithm, _, digest = package["package_sha512"].partition("-")
    assert (algorithm, len(base64.b64decode(digest))) == ("sha512", 64)


def test_every_vendored_script_in_a_template_carries_its_hash() -> None:
    found = [
        (template.relative_to(TEMPLATES), file, given)
        for template in sorted(TEMPLATES.rglob("*.html"))
        for file, given in vendor_tags(template.read_text())
    ]
    assert {file for _, file, _ in found} == {path for path in FILES if path.endswith(".js")}
    wrong = [(str(template), file) for template, file, given in found if given != FILES[file]["sha384"]]
    assert wrong == []


def test_a_missing_or_wrong_hash_is_noticed() -> None:
    tags = """<script src="{{ static_url('vendor/sortable.min.js') }}" defer></script>
              <link rel="stylesheet" href="/static/vendor/x.css" integrity="sha384-no">"""
    assert list(vendor_tags(tags)) == [("sortable.min.js", None), ("x.css", "sha384-no")]


def test_the_sprite_has_every_icon_the_templates_ask_for() -> None:
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "icons.svg").read_text()))
    asked: set[str] = set()
    for template in TEMPLATES.rglob("*.html"):
        asked |= set(re.findall(r'\bicon\("([\w-]+)"', template.read_text()))
        asked |= set(re.findall(r'icon_name="([\w-]+)"', template.read_text()))
    assert asked - symbols == set()
    assert len(asked) > 10


def test_no_page_and_no_style_asks_another_host_for_anything() -> None:
    outside = re.compile(r"""(?:src|href|url\(|@import)\s*=?\s*["']?(?:https?:)?//""")
    ours = [
        *TEMPLATES.rglob("*.html"),
        *(ROOT / "static" / "css").glob("*.css"),
        *(ROOT / "static" / "js").glob("*.js"),
    ]
    mails = TEMPLATES / "emails"
    assert [str(file) for file in ours if mails not in file.parents and outside.search(file.read_text())] == []


def test_nothing_is_written_inline_for_the_policy_forbids_it() -> None:
    inline = re.compile(r"""<script(?![^>]*\bsrc=)|<style\b|\sstyle=["']|\son[a-z]+=["']|\bhx-on|["']js:""")
    mails = TEMPLATES / "emails"
    found = [
        (str(template.relative_to(TEMPLATES)), hit.group(0))
        for template in sorted(TEMPLATES.rglob("*.html"))
        if mails not in template.parents
        for hit in inline.finditer(JINJA.sub("", template.read_text()))
    ]
    assert found == []

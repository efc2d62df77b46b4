"""The deployment page's own lines for proxies, in front of the real program and of one that only listens.

nginx and Caddy come from the system's packages; without them these tests are skipped, loudly, unless
FENCEPOST_REQUIRE_PROXIES=1.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from tests.documents.pages import DEPLOYMENT
from tests.serving import ServerProcess

PAGE = DEPLOYMENT.read_text()
REQUIRED = os.environ.get("FENCEPOST_REQUIRE_PROXIES") == "1"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
CADDY = shutil.which("caddy")


def needs(program: str | None, name: str) -> None:
    if program is None:
        said = f"NOT TESTED: {name} is not installed here"
        if REQUIRED:
            pytest.fail(f"FENCEPOST_REQUIRE_PROXIES=1, but {name} is not installed", pytrace=False)
        warnings.warn(said, stacklevel=1)
        pytest.skip(said)


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


class Fencepost(BaseHTTPRequestHandler):
    """Stands behind the proxy and notes what it is told."""

    told: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.told.append(dict(self.headers))
        self.send_response(404 if "gone" in self.path else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        return


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def configured(folder: Path, lines: str, behind: int, plain: int, secure: int) -> Path:
    """The page's lines on free ports, with a certificate made for the test and logs in `folder`."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=retro.example.org",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    lines = lines.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    lines = lines.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace(
        "listen 443", f"listen 127.0.0.1:{secure}"
    )
    lines = re.sub(r"ssl_certificate_key .*?;", f"ssl_certificate_key {key};", lines)
    lines = re.sub(r"ssl_certificate  .*?;", f"ssl_certificate {certificate};", lines)
    lines = lines.replace("/var/log/nginx/", f"{folder}/")
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    # The machine's defaults log everything: what the page says must hold against them.
    file.write_text(
        f"pid {folder}/nginx.pid;\ndaemon off;\nmaster_process off;\nerror_log {folder}/error.log info;\n"
        f"events {{}}\nhttp {{\naccess_log {folder}/access.log;\n{paths}{lines}}}\n"
    )
    return file


@contextmanager
def nginx(folder: Path, lines: str, behind: int) -> Iterator[tuple[str, int]]:
    """A running one: its address, and the port of plain HTTP."""
    plain, secure = free_port(), free_port()
    file = configured(folder, lines, behind, plain, secure)
    command = [str(NGINX), "-c", str(file), "-e", f"{folder}/start.log"]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(secure)
        yield f"https://127.0.0.1:{secure}", plain
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the proxy did not start")


class TestNginx:
    @pytest.fixture(autouse=True)
    def installed(self) -> None:
        needs(NGINX, "nginx")

    def ask_around(self, folder: Path, lines: str) -> str:
        """Everything in nginx's logs after phones and a desk asked; part of the time with nobody behind."""
        behind = ThreadingHTTPServer(("127.0.0.1", 0), Fencepost)
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        phone = httpx.Client(verify=False, headers={"User-Agent": "Sven's telephone"})
        with nginx(folder, lines, behind.server_port) as (base, plain), phone:
            self.ask_all(phone, base, plain)
            behind.shutdown()
            behind.server_close()
            self.ask_all(phone, base, plain)
        return "".join(log.read_text() for log in folder.glob("*.log"))

    def ask_all(self, phone: httpx.Client, base: str, plain: int) -> None:
        room = {"Referer": f"{base}/r/ABCD1234"}
        for path in (
            "/",
            "/r/ABCD1234?from=mail",
            "/r/ABCD1234/stream",
            "/r/gone",
            "/shared/sharedtoken",
            "/about/anonymity",
        ):
            phone.get(base + path)
        phone.post(f"{base}/join", data={"code": "ABCD1234"})
        phone.post(f"{base}/r/ABCD1234/entries", data={"text": "x" * 200_000})
        phone.get(f"{base}/static/css/base.css", headers=room)
        phone.get(f"http://127.0.0.1:{plain}/r/ABCD1234")
        phone.get(f"{base}/desk/setup/setuptoken")
        phone.get(f"{base}/desk/retros?secret=query")

    HIDDEN = (
        "ABCD1234",
        "/r/",
        "/join",
        "/shared/",
        "/static/",
        "telephone",
        "from=mail",
        "setuptoken",
        "secret=query",
    )

    def test_the_lines_keep_nothing_of_a_participant(self, tmp_path: Path) -> None:
        Fencepost.told = []
        logs = self.ask_around(tmp_path, block("nginx"))
        assert "GET /desk/retros 200" in logs, "the desk is logged"
        assert [hidden for hidden in self.HIDDEN if hidden in logs] == []
        assert {told["X-Forwarded-Proto"] for told in Fencepost.told} == {"https"}
        assert {told["X-Forwarded-For"] for told in Fencepost.told} == {"127.0.0.1"}

    def test_without_them_the_same_search_finds_much(self, tmp_path: Path) -> None:
        talkative = block("nginx").replace("access_log off;", "").replace("error_log /dev/null crit;", "")
        logs = self.ask_around(tmp_path, talkative)
        assert {"ABCD1234", "/r/", "telephone", "from=mail"} <= {hidden for hidden in self.HIDDEN if hidden in logs}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Fencepost, as it is served behind a proxy."""
    server = ServerProcess(
        tmp_path_factory.mktemp("program"), PUBLIC_URL="https://retro.example.org", ENCODER="words"
    )
    server.start()
    yield server
    server.kill()


MB = 1024 * 1024
HOST = {"Host": "retro.example.org", "Accept": "text/html"}
FORM = {"Sec-Fetch-Site": "same-origin"}


def through(base: str, server: ServerProcess, folder: Path) -> None:
    """Set up (once), hand in files up to the promised size, write, and hear of it at once."""
    with httpx.Client(verify=False, base_url=base, headers=HOST, timeout=30) as browser:
        account = {"email": "ada@lantern.example", "password": "four quiet words here"}
        token = re.findall(r"/desk/setup/([\w-]+)", server.log.read_text())[0]
        house = account | {"organisation": "Lantern", "name": "Ada", "departments": "Editorial\nProduction"}
        browser.post(f"/desk/setup/{token}", data=house, headers=FORM)
        assert browser.post("/desk/sign-in", data=account, headers=FORM).status_code == 303
        header = b"series,session,date,kind,text\n"
        row = b"Works,1,2025-01-14,went_wrong," + b"x" * 250 + b"\n"
        whole = header + row * ((4 * MB - len(header)) // len(row))
        whole += b"\n" * (4 * MB - len(whole))
        assert len(whole) == 4 * MB, "as the page of past retros promises"
        taken = browser.post("/desk/history/uploads", files={"file": ("old.csv", whole)}, headers=FORM)
        assert taken.status_code == 303, taken.text[:300]
        larger = browser.post("/desk/history/uploads", files={"file": ("old.csv", whole + b"\n")}, headers=FORM)
        assert larger.status_code == 422
        assert "A file of up to 4 MB fits through this page" in larger.text
        form = {"code": "x" * 60_000}
        assert browser.post("/join", data=form, headers=FORM).status_code in {404, 422}, "a full form reaches us"
        over = browser.post("/join", data={"code": "x" * 70_000}, headers=FORM)
        assert over.status_code == 413
        assert "<title" in over.text, "a page of ours says that it is too large"
        assert "nginx" not in over.text
        assert not [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size > MB], "in no file"


def test_nginx_lets_through_what_is_promised(program: ServerProcess, tmp_path: Path) -> None:
    needs(NGINX, "nginx")
    with nginx(tmp_path, block("nginx"), program.port) as (base, plain):
        through(base, program, tmp_path)
        moved = httpx.get(f"http://127.0.0.1:{plain}/join", headers=HOST)
        assert moved.headers["location"] == "https://retro.example.org/join"


def test_caddy_lets_it_through_too_and_keeps_no_log(program: ServerProcess, tmp_path: Path) -> None:
    needs(CADDY, "caddy")
    port = free_port()
    own = "{\n    admin off\n    auto_https disable_redirects\n    skip_install_trust\n"
    lines = block("caddy").replace("{\n", own, 1).replace("127.0.0.1:8000", f"127.0.0.1:{program.port}")
    lines = lines.replace("retro.example.org {", f"retro.example.org:{port} {{\n    tls internal")
    (tmp_path / "Caddyfile").write_text(lines)
    said = tmp_path / "said"
    home = {"PATH": "/usr/bin:/bin", **dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(tmp_path))}
    with said.open("wb") as log:
        process = subprocess.Popen(
            [str(CADDY), "run", "--config", str(tmp_path / "Caddyfile")], env=home, stdout=log, stderr=log
        )
    try:
        wait_for(port)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with httpx.Client(verify=context, headers=HOST) as phone:
            answer = phone.get(
                f"https://127.0.0.1:{port}/about/anonymity?code=ABCD1234",
                extensions={"sni_hostname": "retro.example.org"},
            )
        assert answer.status_code == 200, answer.text[:200]
        assert "max-age" in answer.headers["strict-transport-security"]
    finally:
        process.terminate()
        process.wait(10)
    assert "ABCD1234" not in said.read_text()
    assert "/about" not in said.read_text()

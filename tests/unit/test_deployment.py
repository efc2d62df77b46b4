"""The deployment page's own lines, tried out: nginx takes them, and keeps nothing of a participant."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

PAGE = (Path(__file__).resolve().parents[2] / "app" / "DEPLOYMENT.md").read_text()
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
CADDY = shutil.which("caddy")


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


@pytest.mark.skipif(NGINX is None, reason="NOT TESTED: nginx is not installed here")
class TestNginx:
    def ask_around(self, folder: Path, lines: str) -> str:
        """Everything in nginx's logs after phones and a desk asked; part of the time with nobody behind."""
        behind = ThreadingHTTPServer(("127.0.0.1", 0), Fencepost)
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        plain, secure = free_port(), free_port()
        file = configured(folder, lines, behind.server_port, plain, secure)
        subprocess.run(
            [str(NGINX), "-t", "-c", str(file), "-e", f"{folder}/start.log"], check=True, capture_output=True
        )
        process = subprocess.Popen(
            [str(NGINX), "-c", str(file), "-e", f"{folder}/start.log"], stderr=subprocess.DEVNULL
        )
        try:
            self.wait(secure)
            base = f"https://127.0.0.1:{secure}"
            with httpx.Client(verify=False, headers={"User-Agent": "Sven's telephone"}) as phone:
                self.ask_all(phone, base, plain)
                behind.shutdown()
                behind.server_close()
                self.ask_all(phone, base, plain)
        finally:
            process.terminate()
            process.wait(10)
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

    def wait(self, port: int) -> None:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("nginx did not start")

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


@pytest.mark.skipif(CADDY is None, reason="NOT TESTED: caddy is not installed here")
def test_caddy_takes_the_lines(tmp_path: Path) -> None:
    file = tmp_path / "Caddyfile"
    file.write_text(block("caddy"))
    done = subprocess.run(
        [str(CADDY), "adapt", "--config", str(file), "--adapter", "caddyfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"exclude":["http.log.error","http.log.access"]' in done.stdout.replace(" ", "")


def test_the_settings_that_the_page_names_exist() -> None:
    from app.core.config import Settings

    named = {name.lower() for name in re.findall(r"FENCEPOST_([A-Z_]+)", PAGE)}
    assert len(named) >= 7
    assert named <= set(Settings.model_fields)


def test_the_commands_that_the_page_names_exist() -> None:
    from app.cli import cli

    known = {command.name or command.callback.__name__ for command in cli.registered_commands if command.callback}
    named = set(re.findall(r"fencepost (serve|worker|backup|restore|[a-z]+ /)", PAGE))
    assert {"serve", "worker", "backup", "restore"} <= named & known

"""Where nginx is, and how tests start the documented file: on free ports of this machine, in the test's own folder."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

DOCUMENTED = settings.BASE_DIR / "docs" / "nginx.conf"
NAME = "record.example.org"
MISSING = (
    "The tests of the documented proxy need nginx and openssl: install them with "
    "`apt-get install nginx-light openssl`, or with your system's package manager."
)
# Where Debian puts nginx is not on everybody's PATH.
PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def find() -> str | None:
    """The path of nginx, or None where it or openssl is missing."""
    return shutil.which("nginx", path=PLACES) if shutil.which("openssl", path=PLACES) else None


@dataclass(frozen=True)
class Answer:
    """What came back through nginx; the names of headers in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Proxy:
    """A running nginx."""

    folder: Path
    port: int
    plain_port: int

    def connect(self, protocol: str = "http/1.1", name: str = NAME) -> ssl.SSLSocket:
        """Shake hands as a browser does that was sent to this name and speaks this protocol."""
        context = ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))
        context.set_alpn_protocols([protocol])
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), 10), server_hostname=name)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a path over TLS; headers are given as `accept_encoding="gzip"`."""
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.connect()
        return self._ask(connection, path, headers)

    def get_plainly(self, path: str) -> Answer:
        """Ask without TLS."""
        return self._ask(http.client.HTTPConnection("127.0.0.1", self.plain_port), path, {"host": NAME})

    @staticmethod
    def _ask(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> Answer:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        given: dict[str, str] = {}
        for name, value in response.headers.items():
            given[name.lower()] = ", ".join(filter(None, (given.get(name.lower()), value)))
        answer = Answer(response.status, given, response.read())
        connection.close()
        return answer


def free_port() -> int:
    """A port of the loopback that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def written(folder: Path, site: str, port: int, plain_port: int) -> Path:
    """Write the documented file as a whole configuration for this folder; return its path.

    Only what belongs to the machine is another: ports, the certificate, the site's own address, where files lie.
    """
    text = DOCUMENTED.read_text()
    for old, new in (
        (r"listen 443 ", f"listen 127.0.0.1:{port} "),
        (r"listen 80;", f"listen 127.0.0.1:{plain_port};"),
        (r"http://127\.0\.0\.1:8000", site),
        (r"/etc/letsencrypt/live/record\.example\.org/fullchain\.pem", f"{folder}/certificate.pem"),
        (r"/etc/letsencrypt/live/record\.example\.org/privkey\.pem", f"{folder}/key.pem"),
        (r"/var/(?:cache|log)/nginx/", f"{folder}/"),
    ):
        text, times = re.subn(old, new, text)
        assert times, f"The documented file has no {old}."
    (folder / "site.conf").write_text(text)
    temporary = "\n".join(f"    {kind}_temp_path {folder}/{kind};" for kind in ("fastcgi", "proxy", "scgi", "uwsgi"))
    whole = folder / "nginx.conf"
    whole.write_text(
        f"""{"user root;" if os.geteuid() == 0 else ""}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/body;
{temporary}
    include {folder}/site.conf;
}}
"""
    )
    return whole


@contextmanager
def running(folder: Path, site: str) -> Iterator[Proxy]:
    """Start nginx with the documented file before a site; end the process that was started."""
    nginx = find()
    if not nginx:
        pytest.fail(MISSING, pytrace=False)
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "2", "-nodes"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", str(folder / "key.pem")]
    certificate = ["-out", str(folder / "certificate.pem")]
    openssl = ["openssl", "req", "-x509", "-batch", *key, *certificate, *subject]
    subprocess.run(openssl, check=True, capture_output=True, env={**os.environ, "PATH": PLACES})
    proxy = Proxy(folder, free_port(), free_port())
    whole = written(folder, site, proxy.port, proxy.plain_port)
    command = [nginx, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(whole)]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            assert process.poll() is None, process.stderr and process.stderr.read().decode()
            try:
                socket.create_connection(("127.0.0.1", proxy.port), 1).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield proxy
    finally:
        process.terminate()
        process.communicate(timeout=10)

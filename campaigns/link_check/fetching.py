"""Looks whether a page elsewhere is still there, without being led to a machine that is not public.

Only `manage.py check_links` comes here: no page of this site asks another server for anything.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.encoding import iri_to_uri

from campaigns.models import LinkCheck

__all__ = ["Finding", "Looker", "connect", "is_public", "resolve"]

#: How long one request may take in all, and how much of its answer is read.
SECONDS, MOST = 5.0, 2**20
#: How many redirects are followed.
HOPS = 5
_Reason = LinkCheck.Reason
_MISSING = {404, 410}
_REDIRECTS = {301, 302, 303, 307, 308}

#: All that IPv6 has given out to be reached from everywhere, and what of it leads elsewhere than it says.
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_TUNNELS_V6 = [ipaddress.ip_network(text) for text in ("2001::/23", "2002::/16", "3fff::/20")]
_RELAYS_V4 = ipaddress.ip_network("192.88.99.0/24")


def is_public(text: str) -> bool:
    """Return whether an address belongs to a machine on the public net, and not to a way round to another one."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        found = address in _GLOBAL_V6 and not any(address in network for network in _TUNNELS_V6)
    else:
        found = address not in _RELAYS_V4
    return found and address.is_global and not address.is_multicast and not address.is_reserved


def resolve(host: str) -> list[str]:
    """Return the addresses that a name stands for. Raise OSError where it stands for none."""
    return list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)))


def connect(address: str, host: str, timeout: float) -> socket.socket:
    """Return a connection to that address, which has proved that it is the host. Raise OSError where it is not."""
    plain = socket.create_connection((address, 443), timeout)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, the status that the server gave (0 where none did), and where it sends whoever asks."""

    reason: str
    status: int = 0
    location: str = ""


class _Received(io.RawIOBase):
    """What comes from a server, until the time is up or it is too much: nobody keeps us by sending slowly."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self.sock, self.until, self.left = sock, until, MOST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        seconds = self.until - time.monotonic()
        if seconds <= 0 or self.left <= 0:
            raise TimeoutError
        self.sock.settimeout(seconds)
        size = self.sock.recv_into(buffer)
        self.left -= size
        return size


class _Wire:
    """A connection as http.client uses it."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self.sock, self.until = sock, until
        self.sendall, self.close = sock.sendall, sock.close

    def makefile(self, *args: Any, **kwargs: Any) -> io.BufferedReader:
        return io.BufferedReader(_Received(self.sock, self.until))


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks at addresses, in the name of ``agent``; ``wait`` is called with the host before each request to it."""

    agent: str
    wait: Callable[[str], None] = lambda host: None
    resolve: Callable[[str], list[str]] = resolve
    connect: Callable[[str, str, float], socket.socket] = connect

    def look(self, url: str) -> Finding:
        """Return what is at an address, by https only; where a link says http, the same address is asked by https.

        Whoever listens to http could read which documents the record rests on, and answer what he likes. So what
        fails under such an address says nothing, unless its host is gone or is not public.
        """
        upgraded = False
        for _hop in range(HOPS + 1):
            parts = _parts(url)
            if parts is None:
                return Finding(_Reason.UNASKED)
            upgraded |= parts.scheme == "http"
            found = self._ask(parts)
            if not found.location:
                sure = (_Reason.FOUND, _Reason.NO_HOST, _Reason.PRIVATE, _Reason.WALL)
                return Finding(_Reason.UNASKED) if upgraded and found.reason not in sure else found
            url = urljoin(url, found.location)
        return Finding(_Reason.CIRCLES)

    def _ask(self, parts: SplitResult) -> Finding:
        """Ask one host: for the head first, and where that is not the answer hoped for, for the page itself."""
        host = str(parts.hostname).rstrip(".")
        try:
            addresses = self.resolve(host.encode("idna").decode() if not host.isascii() else host)
        except (OSError, UnicodeError):
            return Finding(_Reason.NO_HOST)
        if not addresses or not all(is_public(address) for address in addresses):
            return Finding(_Reason.PRIVATE if addresses else _Reason.NO_HOST)
        found = self._exchange("HEAD", parts, addresses)
        if found.location or found.reason in (_Reason.FOUND, _Reason.NO_TRUST) or found.status == 429:
            return found
        return self._exchange("GET", parts, addresses)

    def _exchange(self, method: str, parts: SplitResult, addresses: list[str]) -> Finding:
        host = str(parts.hostname).rstrip(".")
        self.wait(host)
        until = time.monotonic() + SECONDS
        target = iri_to_uri(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
        headers = {"User-Agent": self.agent, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
        asking = http.client.HTTPConnection(host)
        try:
            asking.sock = _Wire(self._open(addresses, host, until), until)
            asking.request(method, target, headers=headers)
            answer = asking.getresponse()
            location = (answer.getheader("Location") or "").encode("latin-1").decode(errors="replace")
            return _judged(answer.status, location)
        except ssl.SSLError:
            return Finding(_Reason.NO_TRUST)
        except (OSError, http.client.HTTPException, ValueError):
            return Finding(_Reason.NO_ANSWER)
        finally:
            asking.close()

    def _open(self, addresses: list[str], host: str, until: float) -> socket.socket:
        """Return a connection to the first of the addresses that takes one; a host is often not reached by IPv6."""
        for address in addresses[:-1]:
            try:
                return self.connect(address, host, max((until - time.monotonic()) / 2, 0.1))
            except ssl.SSLError:
                raise
            except OSError:
                continue
        return self.connect(addresses[-1], host, max(until - time.monotonic(), 0.1))


def _parts(url: str) -> SplitResult | None:
    """Return the parts of an address that is asked: http or https at its usual port; None for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts if usual and parts.hostname and port in (None, usual) else None


def _judged(status: int, location: str) -> Finding:
    """Return what a status means. Only “gone” and “broken” are held against a page; any other refusal is a wall."""
    if status in _REDIRECTS and location:
        return Finding(_Reason.WALL, status, location)
    if status < 400:
        return Finding(_Reason.FOUND, status)
    if status in _MISSING:
        return Finding(_Reason.MISSING, status)
    return Finding(_Reason.BROKEN if 500 <= status < 600 and status != 503 else _Reason.WALL, status)

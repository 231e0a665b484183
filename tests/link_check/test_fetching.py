"""Looking at addresses elsewhere: where it may lead, and what an answer means. Only this machine is ever reached."""

import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest

from campaigns.link_check import fetching
from campaigns.link_check.fetching import Finding, Looker, is_public
from campaigns.models import LinkCheck

Reason = LinkCheck.Reason
PUBLIC = "93.184.215.14"

#: The addresses of T63, each as it would be written, and what a resolver makes of it.
HOSTILE = [
    ("https://127.0.0.1/", "127.0.0.1"),
    ("https://127.1/", "127.0.0.1"),
    ("https://2130706433/", "127.0.0.1"),
    ("https://0x7f000001/", "127.0.0.1"),
    ("https://0177.0.0.1/", "127.0.0.1"),
    ("https://localhost/", "127.0.0.1"),
    ("https://localtest.example.org/", "127.0.0.1"),
    ("https://0.0.0.0/", "0.0.0.0"),  # noqa: S104 - not bound to, refused
    ("https://10.0.0.1/", "10.0.0.1"),
    ("https://172.16.0.1/", "172.16.0.1"),
    ("https://192.168.1.1/", "192.168.1.1"),
    ("https://169.254.169.254/latest/meta-data/", "169.254.169.254"),
    ("https://100.64.0.1/", "100.64.0.1"),
    ("https://192.0.2.1/", "192.0.2.1"),
    ("https://198.18.0.1/", "198.18.0.1"),
    ("https://192.88.99.1/", "192.88.99.1"),
    ("https://224.0.0.1/", "224.0.0.1"),
    ("https://240.0.0.1/", "240.0.0.1"),
    ("https://255.255.255.255/", "255.255.255.255"),
    ("https://[::]/", "::"),
    ("https://[::1]/", "::1"),
    ("https://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1"),
    ("https://[::ffff:8.8.8.8]/", "::ffff:8.8.8.8"),
    ("https://[::7f00:1]/", "::7f00:1"),
    ("https://[64:ff9b::7f00:1]/", "64:ff9b::7f00:1"),
    ("https://[64:ff9b:1::7f00:1]/", "64:ff9b:1::7f00:1"),
    ("https://[2002:7f00:1::]/", "2002:7f00:1::"),
    ("https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
    ("https://[2001:db8::1]/", "2001:db8::1"),
    ("https://[3fff::1]/", "3fff::1"),
    ("https://[fc00::1]/", "fc00::1"),
    ("https://[fe80::1%25eth0]/", "fe80::1%eth0"),
    ("https://[fec0::1]/", "fec0::1"),
    ("https://[ff02::1]/", "ff02::1"),
]


class Net:
    """A resolver and a connector of one's own: names stand for what is said, each connection is counted."""

    def __init__(self, port=0, **names):
        self.port, self.names, self.reached = port, names, []

    def resolve(self, host):
        found = self.names.get(host.replace(".", "_").replace("-", "_"), [PUBLIC])
        if isinstance(found, Exception):
            raise found
        return found

    def connect(self, address, host, timeout):
        self.reached.append((address, host))
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def looker(self, **more):
        return Looker("test/1 (+http://testserver/)", resolve=self.resolve, connect=self.connect, **more)


@contextmanager
def server(answers):
    """Serve on this machine: `answers` is called with each request (“HEAD /path”) and its text, and returns bytes."""
    listening = socket.create_server(("127.0.0.1", 0))
    asked = []

    def serve():
        while True:
            try:
                sock, _peer = listening.accept()
            except OSError:
                return
            with sock:
                text = sock.recv(65536).decode(errors="replace")
                asked.append(text)
                line = " ".join(text.split()[:2])
                try:
                    for part in answers(line):
                        sock.sendall(part)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], asked
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def says(status, *headers):
    return ["\r\n".join([f"HTTP/1.1 {status} X", *headers, "Content-Length: 0", "", ""]).encode()]


def found_at(url, answers, **names):
    with server(answers) as (port, asked):
        net = Net(port, **names)
        return net.looker().look(url), net.reached, asked


@pytest.mark.parametrize(("url", "address"), HOSTILE, ids=[url for url, _address in HOSTILE])
def test_what_is_not_on_the_public_net_is_never_connected_to(url, address):
    net = Net()
    net.resolve = lambda host: [address]
    assert net.looker().look(url) == Finding(Reason.PRIVATE)
    assert net.reached == []
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450::1"])
def test_the_public_net_is_reached(address):
    assert is_public(address)


def test_no_network_that_the_standards_set_aside_passes():
    for text in ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                 "192.0.0.0/29", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                 "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "64:ff9b::/96", "100::/64", "2001::/32", "2002::/16",
                 "fc00::/7", "fe80::/10", "ff00::/8"):  # fmt: skip
        network = ipaddress.ip_network(text)
        ends = (network[0], network[network.num_addresses // 2], network[-1])
        assert [str(end) for end in ends if is_public(str(end))] == []


def test_one_private_address_among_public_ones_is_enough():
    net = Net(example_org=[PUBLIC, "10.0.0.1"])
    assert net.looker().look("https://example.org/") == Finding(Reason.PRIVATE)
    assert net.reached == []


def test_a_name_is_looked_up_once_and_the_address_found_is_the_one_connected_to():
    looked = []
    net = Net()
    net.resolve = lambda host: looked.append(host) or ([PUBLIC] if len(looked) == 1 else ["127.0.0.1"])
    with server(lambda line: says(404)) as (net.port, asked):
        assert net.looker().look("https://example.org/a") == Finding(Reason.MISSING, 404)
    assert (looked, net.reached) == (["example.org"], [(PUBLIC, "example.org")] * 2)
    assert [text.split()[0] for text in asked] == ["HEAD", "GET"]


@pytest.mark.parametrize("target", ["https://inner.example.org/", "//inner.example.org/x", "http://inner.example.org/"])
def test_a_redirect_is_checked_like_the_first_address(target):
    found, reached, _asked = found_at(
        "https://example.org/", lambda line: says(302, f"Location: {target}"), inner_example_org=["169.254.169.254"]
    )
    assert (found, reached) == (Finding(Reason.PRIVATE), [(PUBLIC, "example.org")])


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/", "https://example.org:22/", "gopher://x/"]
)
def test_a_redirect_to_what_is_not_a_web_page_is_not_followed(target):
    found, reached, _asked = found_at("https://example.org/", lambda line: says(301, f"Location: {target}"))
    assert (found, len(reached)) == (Finding(Reason.UNASKED), 1)


def test_a_redirect_is_followed_to_its_end_and_not_in_circles():
    def moved(line):
        return says(200) if line == "HEAD /new?a=%C3%A9" else says(308, "Location: /new?a=é")

    assert found_at("https://example.org/old", moved)[0] == Finding(Reason.FOUND, 200)
    found, reached, _asked = found_at("https://example.org/", lambda line: says(302, "Location: /"))
    assert (found, len(reached)) == (Finding(Reason.CIRCLES), fetching.HOPS + 1)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        *[(code, Reason.FOUND) for code in (200, 206, 304)],
        *[(code, Reason.MISSING) for code in (404, 410)],
        *[(code, Reason.BROKEN) for code in (500, 502, 504)],
        *[(code, Reason.WALL) for code in (400, 401, 403, 405, 406, 429, 451, 503, 999)],
    ],
)
def test_what_a_status_is_taken_for(status, reason):
    assert found_at("https://example.org/", lambda line: says(status))[0] == Finding(reason, status)


@pytest.mark.parametrize("refusal", [403, 404, 405, 501])
def test_who_answers_no_head_is_asked_for_the_page(refusal):
    found, _reached, asked = found_at(
        "https://example.org/", lambda line: says(refusal if line.startswith("HEAD") else 200)
    )
    assert (found, len(asked)) == (Finding(Reason.FOUND, 200), 2)


def test_whoever_is_asked_too_often_is_not_asked_again():
    found, _reached, asked = found_at("https://example.org/", lambda line: says(429))
    assert (found, len(asked)) == (Finding(Reason.WALL, 429), 1)


def test_we_say_who_we_are_and_nothing_else():
    _found, _reached, asked = found_at("https://user:secret@example.org/a b?q=é#part", lambda line: says(200))
    assert asked[0].split("\r\n")[:-2] == [
        "HEAD /a%20b?q=%C3%A9 HTTP/1.1",
        "Host: example.org",
        "User-Agent: test/1 (+http://testserver/)",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
    ]


def test_a_server_that_sends_slowly_is_left_in_time(monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.4)

    def drip(line):
        yield b"HTTP/1.1 200 OK\r\n"
        for _ in range(40):
            time.sleep(0.05)
            yield b"X"

    begun = time.monotonic()
    assert found_at("https://example.org/", drip)[0] == Finding(Reason.NO_ANSWER)
    assert time.monotonic() - begun < 6  # without the limit it would be two seconds for each byte of a line


def test_no_more_than_a_megabyte_is_read(monkeypatch):
    read = []
    readinto = fetching._Received.readinto
    monkeypatch.setattr(fetching._Received, "readinto", lambda *args: read.append(readinto(*args)) or read[-1])
    line = b"X-Filler: " + b"x" * 60000 + b"\r\n"
    found, _reached, asked = found_at("https://example.org/", lambda _line: [b"HTTP/1.1 200 OK\r\n", *[line] * 90])
    assert (found, len(asked)) == (Finding(Reason.NO_ANSWER), 2)
    assert fetching.MOST <= sum(read) / 2 < fetching.MOST + 2**16


@pytest.mark.parametrize("rubbish", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 70000])
def test_rubbish_is_no_answer(rubbish):
    assert found_at("https://example.org/", lambda line: [rubbish])[0] == Finding(Reason.NO_ANSWER)


@pytest.mark.parametrize("error", [socket.gaierror(socket.EAI_NONAME, "x"), TimeoutError(), UnicodeError()])
def test_a_name_that_stands_for_nothing(error):
    assert Net(gone_example_org=error).looker().look("https://gone.example.org/") == Finding(Reason.NO_HOST)


@pytest.mark.parametrize("url", ["https://", "https://[", "https://example.org:99999/", "mailto:a@example.org"])
def test_what_is_no_address_is_not_asked(url):
    net = Net()
    assert (net.looker().look(url), net.reached) == (Finding(Reason.UNASKED), [])


def test_a_host_that_refuses_and_one_that_proves_nothing():
    net = Net()
    net.connect = lambda *args: (_ for _ in ()).throw(ConnectionRefusedError())
    assert net.looker().look("https://example.org/") == Finding(Reason.NO_ANSWER)
    net.connect = lambda *args: (_ for _ in ()).throw(ssl.SSLCertVerificationError())
    assert net.looker().look("https://example.org/") == Finding(Reason.NO_TRUST)


def test_the_second_address_is_tried_where_the_first_is_not_to_be_had():
    net = Net(example_org=["2606:2800:21f::1", PUBLIC])
    connect = net.connect
    with server(lambda line: says(200)) as (net.port, _asked):
        net.connect = lambda address, *rest: connect(address, *rest) if "." in address else _unreachable()
        assert net.looker().look("https://example.org/") == Finding(Reason.FOUND, 200)


def _unreachable():
    raise OSError("Network is unreachable")


@pytest.mark.parametrize(
    ("status", "reason"), [(200, Reason.FOUND), (404, Reason.UNASKED), (500, Reason.UNASKED), (403, Reason.WALL)]
)
def test_an_address_with_http_is_asked_by_https_and_not_held_against_its_page(status, reason):
    found, reached, _asked = found_at("http://example.org:80/", lambda line: says(status))
    assert (found.reason, reached[0]) == (reason, (PUBLIC, "example.org"))


def test_an_address_with_http_whose_host_is_gone_is_gone():
    assert Net(example_org=OSError()).looker().look("http://example.org/") == Finding(Reason.NO_HOST)


def test_the_real_connection_asks_for_a_certificate():
    """To a server on this machine that speaks no TLS: nothing readable is sent to it."""
    with server(lambda line: says(200)) as (port, asked), pytest.MonkeyPatch.context() as patch:
        create = socket.create_connection
        patch.setattr(socket, "create_connection", lambda address, timeout: create(("127.0.0.1", port), timeout))
        with pytest.raises(ssl.SSLError):
            fetching.connect(PUBLIC, "example.org", 2)
    assert "HTTP" not in "".join(asked)

"""The guards that every test stands under."""

import socket
import urllib.request

import pytest


def test_no_test_reaches_another_machine():
    with pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"), socket.socket() as outward:
        outward.connect(("192.0.2.1", 80))


def test_no_test_looks_up_another_machine():
    with pytest.raises(pytest.fail.Exception, match=r"example\.org"):
        urllib.request.urlopen("https://example.org/")


def test_this_machine_is_within_reach():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

"""Staff in a real browser."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect


@pytest.mark.django_db(transaction=True)
def test_staff_log_in_over_http_on_their_own_machine(live_server, page: Page):
    User.objects.create_superuser("staff", password="a password of some length")
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill("a password of some length")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Users")).to_be_visible()


def test_a_request_to_another_host_reaches_nobody_and_is_recorded(page: Page, offsite_requests: list[str]):
    addresses = ["https://elsewhere.example/pixel.png", "http://192.0.2.1/pixel.png"]
    failed: list[str | None] = []
    page.on("requestfailed", lambda request: failed.append(request.failure))
    page.set_content("".join(f'<img src="{address}">' for address in addresses))
    assert sorted(offsite_requests) == sorted(addresses)
    assert failed == ["net::ERR_NAME_NOT_RESOLVED"] * 2
    offsite_requests.clear()

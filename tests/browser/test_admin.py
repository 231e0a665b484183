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


def test_a_request_to_another_host_is_refused_and_recorded(page: Page, offsite_requests: list[str]):
    page.set_content('<img src="https://elsewhere.example/pixel.png">')
    assert offsite_requests == ["https://elsewhere.example/pixel.png"]
    offsite_requests.clear()

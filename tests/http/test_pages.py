"""What every public answer has in common: status, headers by class of route, and that nothing of the reader sticks."""

import re

import pytest
from django.test import Client
from django.urls import path

from accountability.urls import urlpatterns as own
from campaigns.models import State
from campaigns.text.numbers import as_number, is_beyond
from tests.factories import make_campaign, make_event, make_official, make_person, make_source, make_statement
from tests.made_once import made_once

pytestmark = pytest.mark.django_db

OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
#: Of every page there is: tests/site/test_pages.py.
PAGE = {
    "Content-Security-Policy": f"{OWN}; manifest-src 'self'; frame-src 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "public, max-age=30, s-maxage=240, stale-while-revalidate=60, stale-if-error=60",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": None,
    "X-Robots-Tag": None,
}
DATA = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Frame-Options": "DENY",
    "Cache-Control": PAGE["Cache-Control"],
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": None,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
}
STAFF = PAGE | {
    "Content-Security-Policy": OWN,
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
#: What no page of ours asks a browser for.
NOWHERE = {"camera", "geolocation", "microphone", "payment", "usb", "browsing-topics", "storage-access", "fullscreen"}


@made_once
def record():
    """A campaign with one record of each kind that has a page."""
    campaign = make_campaign(slug="kc")
    source = make_source(campaign=campaign, slug="star")
    make_statement(campaign=campaign, slug="letter", sources=[source], speaker=make_official(campaign=campaign))
    make_event(campaign=campaign, slug="ruling", sources=[source])
    return campaign


PAGES = (
    *("/", "/kc/", "/kc/timeline/", "/kc/demands/", "/kc/officials/", "/kc/organizations/", "/kc/sources/"),
    *("/kc/statements/letter/", "/kc/events/ruling/", "/kc/sources/star/", "/kc/about/", "/kc/data/"),
)
FILES = ("/kc/feed.atom", "/kc/data/campaign.yaml", "/kc/data/campaign.json", "/sitemap.xml", "/robots.txt")


def shown(answered, names):
    return {name: answered.headers.get(name) for name in names}


def test_a_file_may_be_read_from_anywhere_and_can_run_nothing(client, record):
    kept_longer = DATA | {"Cache-Control": DATA["Cache-Control"].replace("240", "840")}
    expected = {address: kept_longer if "/data/" in address else DATA for address in FILES}
    assert {address: shown(client.get(address), DATA) for address in FILES} == expected


@pytest.mark.parametrize("address", ["/admin/login/", "/admin/", "/admin/nothing/"])
def test_staff_pages_are_kept_by_no_cache_and_listed_by_no_search_engine(client, address):
    answered = client.get(address)
    assert shown(answered, STAFF) == STAFF | {"Cache-Control": answered["Cache-Control"]}
    assert {"no-store", "private"} <= set(answered["Cache-Control"].split(", "))


def test_nothing_of_the_readers_device_is_asked_for(client, record):
    for address in ("/", "/kc/feed.atom", "/admin/login/"):
        policy = dict(part.split("=") for part in client.get(address)["Permissions-Policy"].split(", "))
        assert (address, {*policy.values()}, {*policy} > NOWHERE) == (address, {"()"}, True)


def test_no_cookie_is_set_or_asked_for(client, record):
    for address in (*PAGES, *FILES, "/kc/nothing/", "/nothing/", "/healthz"):
        answered = client.get(address)
        assert (address, dict(answered.cookies), "Cookie" in answered.headers.get("Vary", "")) == (address, {}, False)


def test_only_reading_is_allowed(client, record):
    for address in (*PAGES, *FILES):
        answers = [client.generic(method, address) for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")]
        found = {(answer.status_code, answer.headers.get("Allow"), answer.content) for answer in answers}
        assert (address, found) == (address, {(405, "GET, HEAD", b"")})


def test_head_has_the_headers_of_get_and_no_body(client, record):
    for address in (*PAGES, *FILES):
        got, head = client.get(address), client.head(address)
        expected = (200, b"", dict(got.headers))
        assert (address, head.status_code, head.content, dict(head.headers)) == (address, *expected)


def test_a_repeat_visit_gets_304_until_something_changed(client, record):
    for address in (*PAGES, *FILES):
        etag = client.get(address)["ETag"]
        assert re.fullmatch(r'"[0-9a-f]{32}"', etag)
        again = client.get(address, headers={"if-none-match": etag})
        assert (address, again.status_code, again.content, again["ETag"]) == (address, 304, b"", etag)
        assert (address, client.get(address, headers={"if-none-match": '"another"'}).status_code) == (address, 200)
        assert "Last-Modified" not in again.headers


def test_a_correction_within_the_same_second_is_seen(client, record):
    event = make_event(campaign=record, summary="A slip.")
    address = event.get_absolute_url()
    etag = client.get(address)["ETag"]
    event.summary = "A correction."
    event.save()
    answered = client.get(address, headers={"if-none-match": etag})
    assert (answered.status_code, b"A correction." in answered.content) == (200, True)


MAKERS = {"statements": make_statement, "events": make_event, "sources": make_source, "people": make_person}


def test_a_record_that_is_not_published_is_as_absent_as_one_that_never_was(client, record):
    for noun, make_record in MAKERS.items():
        for state in (State.DRAFT, State.IN_REVIEW):
            make_record(campaign=record, slug=f"hidden-{state}", state=state)
            hidden, absent = (client.get(f"/kc/{noun}/{slug}/") for slug in (f"hidden-{state}", "absent"))
            found = (hidden.status_code, hidden.content, dict(hidden.headers))
            assert (noun, state, *found) == (noun, state, 404, absent.content, dict(absent.headers))


def test_a_campaign_that_is_not_published_is_as_absent_as_one_that_never_was(client, record):
    make_event(campaign=make_campaign(slug="hidden", state=State.DRAFT), slug="x")
    for rest in ("", "timeline/", "events/x/", "feed.atom", "data/campaign.json"):
        hidden, absent = (client.get(f"/{slug}/{rest}") for slug in ("hidden", "absent"))
        assert (hidden.status_code, hidden.content, dict(hidden.headers)) == (404, absent.content, dict(absent.headers))


def test_a_withdrawn_record_leaves_its_noun_its_reason_and_the_day_and_none_of_its_words(client, record):
    event = make_event(campaign=record, slug="wrong", title="A wrong title", summary="Wrong words", note="Wrong note")
    event.withdraw("It was another court.\n\nSee <the ruling>.")
    answered = client.get("/kc/events/wrong/")
    page = answered.content.decode()
    assert answered.status_code == 410
    assert "Event: this record was published here and has been taken back." in page
    assert "It was another court." in page
    assert "See &lt;the ruling&gt;." in page
    assert re.search(r"<dt>Last changed</dt><dd>[^<]*\d{4}</dd>", page)
    assert not re.search("(?i)wrong", page.partition("<body>")[2])


def test_a_withdrawn_campaign_is_gone_with_all_that_it_held(client, record):
    record.withdraw("The coalition asked for it.")
    front, inside = client.get("/kc/"), client.get("/kc/events/ruling/")
    assert (front.status_code, inside.status_code) == (410, 410)
    assert b"The coalition asked for it." in inside.content


def test_missing_and_gone_pages_are_kept_only_for_moments(client, record):
    make_event(campaign=record, slug="wrong").withdraw("Wrong.")
    kept = {client.get(a)["Cache-Control"] for a in ("/kc/events/wrong/", "/kc/events/never/", "/never/", "/n/e/v/e/r")}
    assert kept == {"public, max-age=0, s-maxage=30"}


def test_an_error_page_repeats_nothing_of_the_request(client, record):
    for address in ("/zq7token/", "/zq7token.php", "/kc/events/zq7token/", "/kc/events/ruling/?zq7token=<b>"):
        body = client.get(address, headers={"user-agent": "zq7token", "referer": "http://zq7token/"}).content
        assert (address, b"zq7token" in body) == (address, False)


#: What could make a server believe that it is called otherwise.
CALLED = (
    {"host": "localhost"},
    {"host": "127.0.0.1:8000"},
    {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "x-forwarded-port": "444",
        "forwarded": "host=evil.example;proto=https",
        "x-original-url": "http://evil.example/",
    },
)


def test_no_host_header_gets_into_a_link(client, record, settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
    settings.SITE_ORIGIN = "https://record.example.org"
    for address in (*PAGES, *FILES):
        plain = client.get(address).content
        found = [headers for headers in CALLED if client.get(address, headers=headers).content != plain]
        assert (address, found) == (address, [])


def test_a_host_that_is_not_ours_gets_a_plain_400(client, record):
    answered = client.get("/kc/", headers={"host": "evil.example"})
    assert answered.status_code == 400
    assert b"<h1>Not understood</h1>" in answered.content
    assert b"evil" not in answered.content


def _fail(request):
    raise RuntimeError("a password")


urlpatterns = [path("failing/", _fail), *own]


@pytest.mark.urls("tests.http.test_pages")
def test_a_failure_is_a_static_page_that_needs_no_database_and_is_never_kept(django_assert_num_queries):
    with django_assert_num_queries(0):
        answered = Client(raise_request_exception=False).get("/failing/")
    assert (answered.status_code, answered["Cache-Control"], answered["Retry-After"]) == (500, "no-store", "30")
    assert b"<h1>Something went wrong</h1>" in answered.content
    assert b"password" not in answered.content


def test_a_page_that_is_not_there_speaks_the_campaigns_language_and_leads_back_to_it(client):
    campaign = make_campaign(language="es", name="La campaña")
    page = client.get(f"/{campaign.slug}/events/nada/").content.decode()
    assert '<html lang="es">' in page
    assert f'<p><a href="/{campaign.slug}/">La campaña</a></p>' in page


def test_a_number_is_read_up_to_what_the_database_holds():
    read = {"7": 7, "9" * 15: 10**15 - 1, "9" * 16: None, "-1": None, "²": None, "": None, None: None}
    assert {text: as_number(text) for text in read} == read
    assert [text for text in ("9" * 15, "1e30", "x", "²", "") if is_beyond(text)] == []
    assert [
        text for text in ("9" * 20, "-" + "9" * 20, " 9_" + "9" * 20, "٩" * 20, "9" * 5000) if not is_beyond(text)
    ] == []

"""The builder: what can be chosen, and the code that comes of it."""

import re
from html import unescape

import pytest

from campaigns.models import State
from tests import factories as make
from tests.made_once import made_once
from tests.pages import text

pytestmark = pytest.mark.django_db

SITE = "http://testserver"


@made_once
def record():
    campaign = make.make_campaign(slug="kc", name="Kansas City")
    make.make_demand(slug="remove", title="Remove him")
    make.make_official(slug="chief", name="Ada Chief")
    make.make_organization(slug="union", name="The Union")
    return campaign


def codes(answered):
    """The address, the snippet and the frame that can be copied."""
    page = answered.content.decode()
    return [unescape(code) for code in re.findall("(?s)<textarea[^>]*>(.*?)</textarea>", page)]


def selected(answered):
    return re.findall('<option value="([^"]*)" selected>', answered.content.decode())


def test_everything_that_has_a_frame_can_be_chosen(client, record):
    page = client.get("/kc/embed/").content.decode()
    options = re.findall('<option value="(/[^"]*)"', page)
    assert options[:5] == ["/kc/timeline/", "/kc/answers/", "/kc/#lanes", "/kc/demands/remove/", "/kc/officials/chief/"]
    assert "/kc/organizations/union/" in options
    assert re.findall('<optgroup label=.([^"]*)', page) == ["The whole record", "Demands", "Officials", "Organizations"]


def test_the_code_is_the_address_a_link_with_the_script_and_a_frame(client, record):
    address, snippet, frame = codes(client.get("/kc/embed/?of=/kc/demands/remove/&theme=dark&limit=5&accent=%23a1b2c3"))
    look = "?theme=dark&amp;accent=a1b2c3&amp;limit=5"
    assert address == f"{SITE}/kc/demands/remove/{look.replace('&amp;', '&')}"
    assert snippet == (
        f'<a class="accountability-embed" href="{SITE}/kc/demands/remove/{look}"'
        f' style="display:block;min-height:700px">Remove him</a>\n<script async src="{SITE}/embed.js"></script>'
    )
    assert frame == (
        f'<iframe class="accountability-embed" src="{SITE}/embed/kc/demands/remove/{look}" title="Remove him"'
        ' width="100%" height="700" loading="lazy" style="border:0"'
        ' sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )


def test_the_address_that_is_copied_is_answered_by_oembed_with_the_same_frame(client, record):
    address, _snippet, frame = codes(client.get("/kc/embed/?of=/kc/timeline/%3Fstance%3Drejects&density=compact"))
    html = client.get("/oembed", {"url": address}).json()["html"]
    (src,) = re.findall('src="([^"]+)"', frame)
    assert src == f"{SITE}/embed/kc/timeline/?stance=rejects&amp;density=compact"
    assert src in html
    assert client.get(unescape(src).removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("address", "chosen"),
    [
        ("/kc/demands/remove/", "/kc/demands/remove/"),
        ("/kc/officials/chief/", "/kc/officials/chief/"),
        ("/kc/organizations/union/", "/kc/organizations/union/"),
        ("/kc/answers/", "/kc/answers/"),
        ("/kc/", "/kc/timeline/"),
    ],
)
def test_every_page_with_a_frame_leads_here_with_itself_chosen(client, record, address, chosen):
    (link,) = re.findall('<a href="([^"]+)">Put this on your site', client.get(address).content.decode())
    answered = client.get(unescape(link))
    assert selected(answered)[0] == chosen
    assert f'src="/embed{chosen}"' in answered.content.decode()


def test_a_look_that_is_not_understood_is_not_chosen(client, record):
    query = "theme=x&accent=javascript:alert(1)&limit=-1&density=x&lang=xx&as_of=never"
    answered, plain = client.get(f"/kc/embed/?{query}"), client.get("/kc/embed/")
    assert (answered.status_code, answered.content) == (200, plain.content)


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/", "https://evil.example/", "/other/timeline/", "/kc/about/", "%00", "[",
        "/kc/demands/never/", "/kc/demands/hidden/", "/kc/demands/gone/", "@evil.example/kc/timeline/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_to_be_so_and_the_whole_record_does_not_stand_in_for_it(client, record, path):
    make.make_campaign(slug="other")
    make.make_demand(slug="hidden", campaign=record, state=State.DRAFT)
    make.make_demand(slug="gone", campaign=record, state=State.WITHDRAWN, withdrawal_reason="A slip.")
    answered = client.get(f"/kc/embed/?of={path}")
    assert (answered.status_code, b"<iframe" in answered.content) == (410 if "gone" in path else 404, False)


def frame_of(answered):
    """The frame that is shown."""
    return unescape(re.findall('<iframe[^>]* src="([^"]+)"', answered.content.decode())[0])


def checked(answered):
    page = answered.content.decode()
    return re.findall('<input type="checkbox"[^>]* value="([^"]*)" checked', page) + selected(answered)[1:]


def test_a_filtered_timeline_leads_here_with_its_filters_in_the_form(client, record):
    query = "stance=rejects&stance=promises&demand=remove&start=2020-06"
    (link,) = re.findall(
        '<a href="([^"]+)">Put this on your site', client.get(f"/kc/timeline/?{query}&order=oldest").content.decode()
    )
    answered = client.get(unescape(link))
    assert selected(answered)[:2] == ["/kc/timeline/", "auto"]
    assert {"rejects", "promises", "remove"} <= set(checked(answered))
    assert 'name="start" id="id_start" value="2020-06"' in answered.content.decode()
    assert "4 in use" not in text(answered)
    assert "3 in use" in text(answered)
    assert frame_of(answered) == "/embed/kc/timeline/?demand=remove&stance=rejects&stance=promises&start=2020-06"


def test_filters_are_chosen_changed_and_taken_away_in_the_builder(client, record):
    of = "of=/kc/timeline/%3Fstance%3Drejects"
    for sent, framed, status in (
        (f"{of}", "?stance=rejects", 200),
        (f"{of}&filtered=1&kind=event&year=2020&q=&demand=", "?kind=event&year=2020", 200),
        (f"{of}&filtered=1", "", 200),
        (f"{of}&filtered=1&stance=never&q=%20&unanswered=on", "?stance=never&unanswered=on", 400),
        (f"{of}&filtered=1&stance=acts&theme=dark&limit=3", "?stance=acts&theme=dark&limit=3", 200),
    ):
        answered = client.get(f"/kc/embed/?{sent}")
        assert (sent, frame_of(answered)) == (sent, f"/embed/kc/timeline/{framed}")
        assert codes(answered)[0] == f"{SITE}/kc/timeline/{framed}"
        assert (sent, client.get(frame_of(answered)).status_code) == (sent, status)


def test_only_a_timeline_has_filters(client, record):
    answered = client.get("/kc/embed/?of=/kc/demands/remove/&filtered=1&stance=rejects")
    assert b'name="stance"' not in answered.content
    assert frame_of(answered) == "/embed/kc/demands/remove/"


def test_the_form_of_filters_is_that_of_the_timeline(client, record):
    def fields(path):
        page = client.get(path).content.decode()
        return re.findall('(?s)<p class="filter"><label for="id_q">.*?id="dates-help".*?</fieldset>', page)

    assert fields("/kc/embed/?filtered=1&stance=acts") == fields("/kc/timeline/?stance=acts")
    assert len(fields("/kc/embed/")) == 1


def test_only_this_page_may_show_a_frame_and_only_our_own(client, record):
    policies = {path: client.get(path)["Content-Security-Policy"] for path in ("/kc/embed/", "/kc/")}
    assert policies["/kc/embed/"] == policies["/kc/"].replace("frame-src 'none'", "frame-src 'self'")
    assert "frame-src 'self'" in policies["/kc/embed/"]


def test_it_says_which_code_is_for_whom(client, record):
    words = text(client.get("/kc/embed/"))
    for name in ("WordPress", "Ghost", "Drupal", "Squarespace", "A page of your own"):
        assert name in words

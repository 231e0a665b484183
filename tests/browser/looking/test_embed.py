"""The frames on a partner's page, of another site, in a real browser: each way in which such things break unseen."""

import pytest
from playwright.sync_api import Frame, Page, expect

from campaigns.models import Classification, Stance
from tests.browser import looks
from tests.factories import (
    answer,
    make_campaign,
    make_demand,
    make_event,
    make_membership,
    make_official,
    make_organization,
    make_statement,
    raise_demand,
)

SIX = (
    "/kc/timeline/",
    "/kc/timeline/?stance=rejects",
    "/kc/demands/remove/",
    "/kc/officials/chief/",
    "/kc/organizations/city/",
    "/kc/#lanes",
)
PARAGRAPH = "<p>Some news. " + "It goes on for a while. " * 40 + "</p>"


def make_record():
    """A campaign with something in each frame."""
    campaign = make_campaign(slug="kc", name="Kansas City")
    city = make_organization(slug="city", name="City Hall", classification=Classification.GOVERNMENT)
    chief = make_official(slug="chief", name="Ada Chief")
    make_membership(chief, city)
    demand = make_demand([chief, city], slug="remove", title="Remove him", text="REMOVE him")
    raise_demand(demand, make_statement(speaker=make_organization(), slug="letter", when="2020-06"))
    answer(demand, Stance.REJECTS, speaker=chief, slug="refusal", quote="No. " * 30)
    for number in range(9):
        make_event(slug=f"event-{number}", title="A march", when=f"2022-0{number + 1}")
    return campaign


def link(site: str, path: str, style: str = "min-height:700px") -> str:
    styled = f' style="display:block;{style}"' if style else ""
    return f'<a class="accountability-embed" href="{site}{path}"{styled}>What is at {path}</a>'


def script(site: str) -> str:
    return f'<script async src="{site}/embed.js"></script>'


def frames(page: Page, count: int) -> list[Frame]:
    """Bring every frame into sight, as a reader would, and wait until each has its height."""
    expect(page.locator("iframe.accountability-embed")).to_have_count(count)
    found = []
    for element in page.locator("iframe.accountability-embed").element_handles():
        element.scroll_into_view_if_needed()
        frame = element.content_frame()
        assert frame is not None
        frame.wait_for_load_state()
        found.append(frame)
    fits(page)
    return found


def fits(page: Page) -> None:
    """Wait until each frame is as high as what is in it, or as high as its place was kept."""
    for element in page.locator("iframe.accountability-embed").element_handles():
        frame = element.content_frame()
        assert frame is not None
        for _ in range(50):
            inside = frame.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
            least = element.evaluate("frame => parseFloat(frame.style.minHeight) || 0")
            if element.evaluate("frame => frame.offsetHeight") == max(inside, least):
                break
            page.wait_for_timeout(50)
        assert element.evaluate("frame => frame.offsetHeight") == max(inside, least)


SHIFTS = """window.shifted = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())
    if (!entry.hadRecentInput) shifted += entry.value }).observe({type: "layout-shift", buffered: true})"""


def test_six_embeds_fit_and_nothing_is_said_kept_asked_for_or_moved(site, partner, page: Page):
    complaints, asked = looks.complaints_of(page), []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(SHIFTS)
    where = partner("".join(f"{PARAGRAPH}{link(site, path)}" for path in SIX) + PARAGRAPH + script(site))
    page.goto(where)
    shown = frames(page, 6)
    assert [frame.title() for frame in shown] == [
        *["Timeline · Kansas City"] * 2, "Remove him · Kansas City", "Ada Chief · Kansas City",
        "City Hall · Kansas City", "Asked and answered, over time · Kansas City",
    ]  # fmt: skip
    page.set_viewport_size({"width": 360, "height": 800})
    fits(page)
    for frame in shown:
        frame.evaluate("document.documentElement.style.fontSize = '150%'")
    frames(page, 6)
    assert complaints == []
    assert page.context.cookies() == []
    assert {url.split("/")[2] for url in asked} == {where.split("/")[2], site.split("/")[2]}
    assert sorted(url for url in asked if url.startswith(site)) == sorted(
        [f"{site}/embed.js", f"{site}/embed/kc/lanes/", *(f"{site}/embed{path}" for path in SIX[:-1])]
    )
    for frame in shown:
        assert frame.evaluate("performance.getEntriesByType('resource').length") == 0
        assert frame.evaluate("window.origin") == "null"


def test_a_place_that_is_kept_is_filled_without_a_jump(site, partner, page: Page):
    page.add_init_script(SHIFTS)
    page.goto(partner(PARAGRAPH + link(site, "/kc/timeline/") + PARAGRAPH + script(site)))
    frames(page, 1)
    page.wait_for_timeout(300)
    assert page.evaluate("shifted") == 0


def test_a_link_opens_outside_the_frame(site, partner, page: Page):
    page.goto(partner(link(site, "/kc/demands/remove/") + link(site, "/kc/#lanes") + script(site)))
    shown = frames(page, 2)
    for frame, locator in zip(shown, (".entry-title a", ".pin[href]:visible use"), strict=True):
        with page.context.expect_page() as opened:
            frame.locator(locator).first.click()
        expect(opened.value.locator("h1")).to_be_visible()
        assert opened.value.url.startswith(f"{site}/kc/")
        assert opened.value.evaluate("[window.opener, window.origin]") == [None, site]
        assert "/embed/" in frame.url


def test_dark_follows_the_system_unless_one_is_asked_for(site, partner, page: Page):
    light, dark = "rgb(253, 252, 248)", "rgb(23, 22, 19)"
    expected = {"auto": [light, dark], "light": [light] * 2, "dark": [dark] * 2}
    links = (link(site, f"/kc/timeline/?theme={asked}&accent=cc0000") for asked in expected)
    page.goto(partner("".join(links) + script(site)))
    seen: dict[str, list[str]] = {}
    for asked, frame in zip(expected, frames(page, 3), strict=True):
        seen[asked] = []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            seen[asked].append(frame.evaluate("getComputedStyle(document.body).backgroundColor"))
        lit = frame.evaluate("getComputedStyle(document.querySelector('.entry a:not(.entry-when)')).color")
        assert (asked, lit != "rgb(29, 74, 120)") == (asked, True)
    assert seen == expected


@pytest.mark.parametrize(
    "headers",
    [
        {
            "Content_Security_Policy": "default-src 'none'; script-src {site}; frame-src {site};"
            " require-trusted-types-for 'script'"
        },
        {"Cross_Origin_Embedder_Policy": "require-corp", "Cross_Origin_Opener_Policy": "same-origin"},
        {"Cross_Origin_Embedder_Policy": "credentialless"},
    ],
    ids=["strict policy", "isolated", "credentialless"],
)
def test_a_page_that_locks_itself_in_shows_them_too(site, partner, page: Page, headers):
    complaints = looks.complaints_of(page)
    given = {name: value.format(site=site) for name, value in headers.items()}
    crossorigin = script(site).replace("async", "async crossorigin")
    page.goto(partner("".join(link(site, path, style="") for path in SIX) + crossorigin, **given))
    assert [frame.locator("h1").count() for frame in frames(page, 6)] == [1] * 6
    assert [complaint for complaint in complaints if "favicon" not in complaint] == []


def test_without_javascript_the_link_stays_and_a_frame_is_complete(site, partner, new_context):
    page = new_context(java_script_enabled=False).new_page()
    plain = f'<iframe class="accountability-embed" title="x" height="600" src="{site}/embed/kc/timeline/"></iframe>'
    page.goto(partner(link(site, "/kc/timeline/") + plain + script(site)))
    expect(page.locator("a.accountability-embed")).to_be_visible()
    expect(page.frame_locator("iframe").locator("article.entry")).to_have_count(10)


def test_an_address_without_its_last_slash_shows_the_same(site, partner, page: Page):
    paths = ("/kc", "/kc#lanes", "/kc/demands/remove", "/kc/timeline?stance=rejects")
    page.goto(partner("".join(link(site, path) for path in paths) + script(site)))
    assert [frame.url.removeprefix(site) for frame in frames(page, 4)] == [
        *("/embed/kc/timeline/", "/embed/kc/lanes/", "/embed/kc/demands/remove/", "/embed/kc/timeline/?stance=rejects"),
    ]


@pytest.mark.parametrize("why", ["the page's policy", "the record's list", "an outage"])
def test_where_no_frame_can_be_shown_the_link_comes_back(site, partner, page: Page, settings, monkeypatch, why):
    headers = {}
    if why == "the page's policy":
        headers["Content_Security_Policy"] = f"default-src 'none'; script-src {site}"
    elif why == "the record's list":
        settings.EMBED_FRAME_ANCESTORS = ["https://news.example.org"]
    else:
        monkeypatch.setattr("campaigns.embed.frames.stylesheet", None)
    quoted = f'<blockquote class="accountability-embed"><p>See <a href="{site}/kc/answers/">it</a></p></blockquote>'
    page.goto(partner(link(site, "/kc/timeline/") + quoted + script(site), **headers))
    page.wait_for_selector("iframe")
    for path in ("/kc/timeline/", "/kc/answers/"):
        back = page.locator(f'a[href="{site}{path}"]')
        expect(back).to_be_visible(timeout=15_000)
        assert back.evaluate("link => link.offsetHeight") < 100
    expect(page.locator("iframe")).to_have_count(0)


def test_the_script_may_be_loaded_twice_and_links_may_come_late(site, partner, page: Page):
    complaints = looks.complaints_of(page)
    quoted = (
        f'<blockquote class="accountability-embed" data-theme="dark"><p>See <a href="{site}/kc/">x</a></p></blockquote>'
    )
    page.goto(partner(script(site) + link(site, "/kc/timeline/") + quoted + script(site)))
    frames(page, 2)
    page.evaluate(
        "html => setTimeout(() => document.body.insertAdjacentHTML('beforeend', html), 100)",
        f"<div>{link(site, '/kc/demands/remove/')}</div>",
    )
    shown = frames(page, 3)
    assert [frame.url.removeprefix(site) for frame in shown] == [
        *("/embed/kc/timeline/", "/embed/kc/timeline/?theme=dark", "/embed/kc/demands/remove/"),
    ]
    assert complaints == []


def test_a_plain_frame_keeps_its_height_too_even_where_the_script_comes_last(site, partner, page):
    page.goto(partner(f'<iframe class="accountability-embed" title="x" src="{site}/embed/kc/timeline/"></iframe>'))
    page.wait_for_timeout(300)
    page.add_script_tag(url=f"{site}/embed.js")
    page.locator("iframe").evaluate("frame => frame.style.border = 0")
    frames(page, 1)


def test_a_link_to_elsewhere_stays_a_link(site, partner, page: Page):
    elsewhere = ("https://evil.example/kc/timeline/", "javascript:alert(1)", "/kc/timeline/", "http://[")
    links = "".join(link("", address) for address in elsewhere)
    page.goto(partner(links + link(site, "/kc/timeline/") + script(site)))
    frames(page, 1)
    expect(page.locator("a.accountability-embed")).to_have_count(4)


def test_only_the_frame_that_speaks_is_resized_and_only_to_a_height(site, partner, page: Page):
    """A hostile neighbour says it is our frame; a hostile page floods ours: neither moves anything."""
    said = "parent.postMessage({type: 'accountability-embed', version: 1, height: 5}, '*')"
    hostile = f'<iframe id="hostile" sandbox="allow-scripts" srcdoc="<script>{said}</script>"></iframe>'
    page.goto(partner(link(site, "/kc/timeline/", style="") + hostile + script(site)))
    (frame,) = frames(page, 1)
    before = frame.evaluate("document.documentElement.outerHTML")
    page.evaluate(
        """() => { window.heard = []; addEventListener("message", event => heard.push(event.data));
        const target = document.querySelector("iframe.accountability-embed").contentWindow;
        const said = [{type: "accountability-embed", height: 9}, "pymxPYMx0xPYMxx", {message: "ready"}, null, 7, [7],
          {message: "link", value: "https://evil.example"}, {type: "theme", value: "<b>"}, {type: ["ready"]}];
        for (let n = 0; n < 500; n++) for (const message of said) target.postMessage(message, "*") }"""
    )
    page.wait_for_timeout(600)
    assert frame.evaluate("document.documentElement.outerHTML") == before
    heard = page.evaluate("heard")
    assert 0 < len(heard) <= 12
    height = page.locator("iframe.accountability-embed").evaluate("frame => frame.offsetHeight")
    assert {tuple(sorted(message)) for message in heard} == {
        ("height", "type", "version"),
        ("height", "sentinel", "type"),
    }
    assert {message["height"] for message in heard} == {height}
    for bad in ("NaN", "-1", "'900px'", "1e9", "null"):
        frame.evaluate(f"parent.postMessage({{type: 'accountability-embed', height: {bad}}}, '*')")
    page.wait_for_timeout(100)
    assert page.locator("iframe.accountability-embed").evaluate("frame => frame.offsetHeight") == height


def test_it_speaks_to_what_partners_have_already(site, partner, page: Page):
    """WordPress asks with a secret in the address, pym.js with a childId; both get what their own scripts expect."""
    frame = f'<iframe sandbox="allow-scripts" src="{site}/embed/kc/demands/remove/?childId=box#?secret=aB3"></iframe>'
    page.goto(partner("<script>heard = []; onmessage = event => heard.push(event.data)</script>" + frame))
    page.wait_for_function("heard.length >= 4")
    inside = page.frames[1]
    height = inside.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
    assert page.evaluate("heard.slice(0, 4)") == [
        {"type": "accountability-embed", "version": 1, "height": height},
        {"sentinel": "amp", "type": "embed-size", "height": height},
        f"pymxPYMxboxxPYMxheightxPYMx{height}",
        {"message": "height", "value": height, "secret": "aB3"},
    ]
    # WordPress opens only links to the frame's own host: a source is reached by way of our page of it.
    for locator, leads in ((".entry-title a", "/kc/"), (".external", "/kc/sources/")):
        inside.locator(locator).first.click()
        page.wait_for_function("heard.at(-1).message === 'link'")
        said = page.evaluate("heard.pop()")
        assert (said["secret"], said["value"].startswith(site + leads)) == ("aB3", True)


def test_nothing_but_the_frames_can_be_framed(site, partner, page: Page):
    paths = ("/", "/kc/", "/kc/timeline/", "/kc/demands/remove/", "/kc/feed.atom", "/kc/lanes.svg", "/admin/login/")
    tags = "".join(f'<iframe title="x" src="{site}{path}"></iframe>' for path in (*paths, "/embed/kc/timeline/"))
    page.goto(partner(tags))
    page.wait_for_timeout(500)
    *refused, shown = [frame.url for frame in page.frames[1:]]
    assert set(refused) == {"chrome-error://chromewebdata/"}
    assert shown == f"{site}/embed/kc/timeline/"


def test_a_list_of_partners_keeps_others_out(site, partner, page: Page, settings):
    for listed, loaded in (("", True), ("https://news.example.org", False), ("https:", False)):
        frame = f"{site}/embed/kc/timeline/?utm={listed}"  # answers are kept by their address
        where = partner(f'<iframe title="x" src="{frame}"></iframe>')
        settings.EMBED_FRAME_ANCESTORS = [listed or where.rsplit("/", 1)[0]]
        page.goto(where)
        page.wait_for_timeout(300)
        assert (listed, page.frames[1].url == frame) == (listed, loaded)


@pytest.mark.parametrize(
    "path", ["timeline/?accent=ffff00", "demands/remove/", "officials/chief/", "answers/", "lanes/", "x/"]
)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_narrow_column(site, page: Page, path):
    page.goto(f"{site}/embed/kc/{path}")
    assert looks.found(page, [(320, "light"), (320, "dark")]) == []


def test_the_builder_shows_what_is_chosen_and_copies_the_code(site, page: Page):
    complaints = looks.complaints_of(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page.goto(f"{site}/kc/embed/")
    page.get_by_label("What to show").select_option("Remove him")
    page.wait_for_url("**/kc/embed/?of=*demands*")
    page.get_by_label("Theme").select_option("dark")
    page.wait_for_url("**theme=dark**")
    (frame,) = frames(page, 1)
    assert frame.url == f"{site}/embed/kc/demands/remove/?theme=dark"
    button = page.get_by_role("button", name="Copy").nth(1)
    button.scroll_into_view_if_needed()
    # The browser sends a click in the same moment to the frame that was there before the page was moved.
    page.evaluate("new Promise(done => setTimeout(done, 200))")
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#code-snippet").input_value()
    assert complaints == []


def test_the_builder_keeps_nobody_out(site, page: Page):
    page.goto(f"{site}/kc/embed/")
    assert looks.found(page, [(320, "light"), (1280, "light")]) == []

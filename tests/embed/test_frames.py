"""The frames: what they show is what the pages show, in a partner's colours, with headers of their own."""

import datetime as dt
import gzip
import re

import pytest
from django.utils import timezone

from campaigns.embed.themes import digest
from campaigns.models import (
    Actor,
    Classification,
    Correction,
    Demand,
    Event,
    Outcome,
    Stance,
    State,
    Statement,
)
from tests import factories as make
from tests.made_once import made_once
from tests.pages import text

pytestmark = pytest.mark.django_db

FRAME = {
    "X-Frame-Options": None,
    "Cache-Control": "public, max-age=60, s-maxage=240, stale-while-revalidate=60, stale-if-error=60",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": None,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": None,
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Encoding",
}
PATHS = [
    "/embed/kc/timeline/",
    "/embed/kc/demands/remove/",
    "/embed/kc/officials/chief/",
    "/embed/kc/organizations/city/",
    "/embed/kc/answers/",
    "/embed/kc/lanes/",
]
ABSENT = [
    *("/embed/kc/demands/never/", "/embed/kc/officials/never/", "/embed/kc/organizations/never/"),
    *("/embed/never/timeline/", "/embed/kc/", "/embed/", "/embed/kc/nothing/", "/embed/kc/officials/speaker/"),
]


@made_once
def record():
    """A campaign with an answered and an unanswered demand, an official and a public body."""
    campaign = make.make_campaign(slug="kc", name="Kansas City", timezone="America/Chicago")
    city = make.make_organization(slug="city", name="City Hall", classification=Classification.GOVERNMENT)
    chief = make.make_official(slug="chief", name="Ada Chief")
    demand = make.make_demand([chief, city], slug="remove", title="Remove him", text="REMOVE him")
    letter = make.make_statement(speaker=make.make_organization(), slug="letter", when="2020-06", summary="The letter.")
    make.raise_demand(demand, letter)
    make.answer(demand, Stance.REJECTS, speaker=chief, when="2021-04-22", quote="No.", slug="refusal", language="en")
    make.make_event(slug="march", title="The march", when="2022")
    make.check(demand, city)
    return campaign


def shown(answered, names):
    return {name: answered.headers.get(name) for name in names}


def entries(answered):
    """The ids of the entries in a page or frame, in their order."""
    return re.findall(r'<article class="entry [^"]*" id="([^"]+)"', answered.content.decode())


@pytest.mark.parametrize("path", PATHS)
def test_a_frame_has_the_headers_of_a_frame(client, record, path):
    answered = client.get(path)
    assert answered.status_code == 200
    assert shown(answered, FRAME) == FRAME
    assert not answered.cookies


@pytest.mark.parametrize("path", [*PATHS, *ABSENT])
def test_its_policy_names_its_one_style_and_its_one_script_and_who_may_show_it(client, record, path):
    answered = client.get(path)
    page = answered.content.decode()
    (style,), (script,) = (re.findall(f"(?s)<{tag}>(.*?)</{tag}>", page) for tag in ("style", "script"))
    assert answered["Content-Security-Policy"] == (
        f"default-src 'none'; script-src {digest(script)}; style-src {digest(style)}; form-action 'none';"
        " base-uri 'none'; object-src 'none'; frame-ancestors 'self' https: http:;"
        " sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
    )
    assert "X-Frame-Options" not in answered
    assert re.findall(r' (?:style|on\w+|src|srcset)="', page) == []


def test_an_installation_can_list_the_partners_who_may_show_its_frames(client, record, settings):
    settings.EMBED_FRAME_ANCESTORS = ["https://news.example.org", "https://*.example.net"]
    policy = client.get(PATHS[0])["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://news.example.org https://*.example.net;" in policy


@pytest.mark.parametrize("path", ["/", "/kc/", "/kc/timeline/", "/kc/feed.atom", "/kc/lanes.svg", "/admin/login/"])
def test_nothing_else_may_be_framed(client, record, path):
    answered = client.get(path)
    assert answered["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answered["Content-Security-Policy"]


def test_the_timeline_shows_the_entries_of_the_page_to_the_byte(client, record):
    page, framed = client.get("/kc/timeline/"), client.get("/embed/kc/timeline/")
    assert entries(framed) == entries(page) == ["event-march", "statement-refusal", "statement-letter"]
    articles = [re.findall("(?s)<article.*?</article>", one.content.decode()) for one in (framed, page)]
    assert articles[0] == articles[1]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("demand=remove", ["statement-refusal", "statement-letter"]),
        ("official=chief", ["statement-refusal"]),
        ("kind=response&stance=rejects", ["statement-refusal"]),
        ("year=2020", ["statement-letter"]),
    ],
)
def test_a_filter_of_the_timeline_page_filters_the_frame_and_leads_to_the_same_page(client, record, query, left):
    framed = client.get(f"/embed/kc/timeline/?{query}&theme=dark")
    assert entries(framed) == left
    assert f'<a href="/kc/timeline/?{query.replace("&", "&amp;")}">All entries</a>' in framed.content.decode()


def test_the_frame_says_what_it_was_narrowed_to(client, record):
    framed = client.get("/embed/kc/timeline/?stance=rejects&demand=remove&unanswered=1")
    assert "Newest first. Demand: Remove him; Stance: rejects;" in text(framed)


def test_a_frame_shows_the_newest_entries_up_to_its_limit(client, record):
    for number in range(60):
        make.make_event(slug=f"event-{number}", when=f"2023-{number % 12 + 1:02}", position=number)
    counts = [len(entries(client.get(f"/embed/kc/timeline/{query}"))) for query in ("", "?limit=3", "?limit=999")]
    assert counts == [10, 3, 50]
    assert entries(client.get("/embed/kc/timeline/?limit=1")) == ["event-event-59"]


def test_a_demand_shows_each_addressees_state_and_its_exchange(client, record):
    words = text(client.get("/embed/kc/demands/remove/"))
    for part in ("Kansas City Remove him", "REMOVE him", "Ada Chief Answered on", "City Hall No answer found"):
        assert part in words
    assert entries(client.get("/embed/kc/demands/remove/")) == ["statement-refusal", "statement-letter"]


def test_an_official_and_an_organization_show_what_was_put_to_them_and_what_they_said(client, record):
    official, body = client.get("/embed/kc/officials/chief/"), client.get("/embed/kc/organizations/city/")
    assert "What was put to them Remove him" in text(official)
    assert (entries(official), entries(body)) == (["statement-refusal"], [])
    assert "What was put to it Remove him" in text(body)


def test_the_lane_chart_is_that_of_the_overview(client, record):
    framed, page = (client.get(path).content.decode() for path in ("/embed/kc/lanes/", "/kc/"))
    charts = [re.findall('(?s)<figure class="lanes">.*?</figure>', one) for one in (framed, page)]
    assert [chart.replace(' target="_blank"', "") for chart in charts[0]] == charts[1] != []
    assert 'target="_blank"' in charts[0][0]


@pytest.mark.parametrize("query", ["", "?order=wait"])
def test_the_answer_board_is_that_of_the_page_up_to_the_limit(client, record, query):
    make.make_demand([make.make_official(name="Bea Mayor")], title="Another")
    framed, page = (client.get(f"{path}{query}").content.decode() for path in ("/embed/kc/answers/", "/kc/answers/"))
    boards = [re.findall('(?s)<table class="board[^"]*">.*?</table>', one) for one in (framed, page)]
    assert boards[0] == boards[1] != []
    assert "Bea Mayor" in framed
    assert "Bea Mayor" not in client.get("/embed/kc/answers/?limit=1").content.decode()
    assert client.get("/embed/kc/answers/?order=never").content == client.get("/embed/kc/answers/").content


@pytest.mark.parametrize("path", PATHS)
def test_every_frame_names_the_record_its_date_and_the_way_to_a_correction(client, record, path):
    page = client.get(path).content.decode()
    foot = page[page.index("<footer") :]
    day = timezone.localdate().strftime("%Y")
    assert re.search(rf"last changed [^<]*{day}", foot)
    assert '<a href="/kc/about/#correction">Ask for a correction</a>' in foot
    assert '<a href="/">The public record</a>' in foot
    assert '<base target="_blank">' in page


@pytest.mark.parametrize(
    ("query", "root"),
    [
        ("", '<html lang="en">'),
        ("theme=dark&density=compact", '<html lang="en" data-theme="dark" class="compact">'),
        ("theme=light&lang=es", '<html lang="es" data-theme="light">'),
        ("theme=%22%3E&density=x&lang=xx", '<html lang="en">'),
    ],
)
def test_the_look_is_what_was_asked_for(client, record, query, root):
    assert root in client.get(f"/embed/kc/timeline/?{query}").content.decode()


def test_a_frame_speaks_the_campaigns_language_unless_asked(client):
    make.make_campaign(slug="es", language="es", name="La campaña")
    spoken = [client.get(f"/embed/es/timeline/{query}").content.decode() for query in ("", "?lang=en")]
    assert ["Primero lo más reciente." in page for page in spoken] == [True, False]
    assert ["Newest first" in page for page in spoken] == [False, True]


@pytest.mark.parametrize("path", ABSENT)
def test_what_is_not_there_is_said_in_the_frame_and_in_its_colours(client, record, path):
    answered = client.get(f"{path}?theme=dark&accent=ff0000")
    page = answered.content.decode()
    assert (answered.status_code, answered["Cache-Control"]) == (404, "public, max-age=0, s-maxage=30")
    assert 'data-theme="dark"' in page
    assert "no longer on record here" in page
    assert re.search(r'<p class="frame-rest"><a href="/(kc/)?">To the record</a>', page)


def test_what_was_taken_back_says_why(client, record):
    demand = make.make_demand(slug="wrong", title="Wrong title")
    demand.withdraw("It was never demanded.")
    answered = client.get("/embed/kc/demands/wrong/?theme=light")
    assert answered.status_code == 410
    assert "Withdrawn Demand: this record was published here" in text(answered)
    assert "It was never demanded." in text(answered)
    assert b"Wrong title" not in answered.content
    record.withdraw("All of it.")
    assert client.get("/embed/kc/timeline/").status_code == 410


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_what_is_not_published_is_as_absent_as_what_never_was(client, record, state):
    make.make_demand(slug="hidden", state=state)
    hidden, absent = (client.get(f"/embed/kc/demands/{slug}/") for slug in ("hidden", "absent"))
    assert (hidden.status_code, hidden.content, dict(hidden.headers)) == (404, absent.content, dict(absent.headers))


def test_as_of_a_day_shows_what_was_dated_and_recorded_by_then(client, record):
    late = Statement.objects.get(slug="letter")
    Statement.objects.update(recorded_at="2021-01-05T00:00:00Z")
    make.make_event(slug="dated-later", when="2021-05-02", recorded_at="2021-01-01T00:00:00Z")
    make.make_event(slug="vague", when="2021-05", recorded_at="2021-01-01T00:00:00Z")
    assert entries(client.get("/embed/kc/timeline/?as_of=2021-05-01")) == [
        *("event-vague", "statement-refusal", "statement-letter"),
    ]
    assert entries(client.get("/embed/kc/timeline/?as_of=2020-12-31")) == []
    # A day ends at midnight in the campaign's time zone, six hours after that in London.
    late.recorded_at = "2021-05-02T04:59:59Z"
    late.save()
    assert make.when("2020-06").first.isoformat() == "2020-06-01"
    assert "statement-letter" in entries(client.get("/embed/kc/timeline/?as_of=2021-05-01"))
    late.recorded_at = "2021-05-02T05:00:00Z"
    late.save()
    assert "statement-letter" not in entries(client.get("/embed/kc/timeline/?as_of=2021-05-01"))
    assert "The record as it stood on May 1, 2021." in text(client.get("/embed/kc/timeline/?as_of=2021-05-01"))


def test_a_demand_that_was_not_yet_on_record_is_not_there(client, record):
    assert client.get("/embed/kc/demands/remove/?as_of=2001-01-01").status_code == 404
    assert client.get("/embed/kc/demands/remove/?as_of=2999-01-01").status_code == 200


def test_a_frame_is_compressed_for_whoever_takes_it(client, record):
    plain, packed = (client.get(PATHS[0], headers={"accept-encoding": value}) for value in ("", "gzip"))
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("path", PATHS)
def test_a_repeat_visit_gets_304(client, record, path):
    etag = client.get(path)["ETag"]
    again = client.get(path, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", PATHS)
def test_only_reading_is_allowed(client, record, path):
    assert [client.generic(method, path).status_code for method in ("POST", "PUT", "DELETE", "OPTIONS")] == [405] * 4


def test_a_frame_of_twenty_rich_entries_is_light_and_no_heavier_for_more(client, record):
    def weight():
        return len(client.get("/embed/kc/timeline/", headers={"accept-encoding": "gzip"}).content)

    for number in range(50):
        make.make_statement(when=f"2020-{number % 12 + 1:02}-03", quote="No. " * 20, position=number)
    few = weight()
    for number in range(50, 150):
        make.make_statement(when=f"2020-{number % 12 + 1:02}-03", quote="No. " * 20, position=number)
    assert (few < 12_000, weight() < few * 1.1) == (True, True)


def corrections_in(answered):
    """The lines about corrections in a frame, without their tags."""
    found = re.findall(r'(?s)<section class="corrections".*?</section>', answered.content.decode())
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", "".join(found))).strip()


def test_what_a_frame_shows_and_was_corrected_says_so(client, record):
    refusal, march = Statement.objects.get(slug="refusal"), Event.objects.get(slug="march")
    for subject, sentence in (
        (Demand.objects.get(slug="remove"), "He was named wrongly."),
        (refusal, "It was said on a Thursday."),
        (march, "Five marched."),
        (Actor.objects.get(slug="chief"), "Her name is Ada."),
        (Actor.objects.get(slug="city"), "It is a council."),
    ):
        make.correct(subject, sentence=sentence)
    make.correct(refusal, Correction.Kind.TYPO)
    of_refusal = "Statement Ada Chief"
    for path, said, unsaid in (
        ("timeline/", [of_refusal, "Event The march Five marched."], ["He was named", "Her name"]),
        ("timeline/?kind=event", ["Five marched."], ["Thursday"]),
        ("demands/remove/", ["He was named wrongly.", "Thursday"], ["Five marched.", "Demand Remove him"]),
        ("officials/chief/", ["Her name is Ada.", "Thursday"], ["Five marched.", "council"]),
        ("organizations/city/", ["It is a council."], ["Thursday", "Her name"]),
        ("answers/", ["Demand Remove him He was named wrongly.", "Thursday"], ["Five marched."]),
        ("lanes/", ["He was named wrongly.", "Thursday"], ["Five marched."]),
    ):
        words = corrections_in(client.get(f"/embed/kc/{path}"))
        assert (path, [one for one in said if one not in words]) == (path, [])
        assert (path, [one for one in unsaid if one in words]) == (path, [])
        assert words.endswith("All corrections of this record")


def test_a_frame_of_which_nothing_was_corrected_does_not_speak_of_it(client, record):
    make.correct(make.make_demand(title="Another"), sentence="Elsewhere.")
    assert [corrections_in(client.get(path)) for path in PATHS[1:4]] == ["", "", ""]


def test_a_frame_lists_the_newest_corrections_and_leads_to_all(client, record):
    demand = Demand.objects.get(slug="remove")
    for number in range(9):
        made = make.correct(demand, sentence=f"Number {number}.")
        Correction.objects.filter(pk=made.pk).update(at=timezone.now() - dt.timedelta(days=20 - number))
    assert re.findall(r"Number (\d)", corrections_in(client.get("/embed/kc/demands/remove/"))) == ["8", "7", "6"]
    assert b'<a href="/kc/corrections/">' in client.get("/embed/kc/demands/remove/").content


AFTER, BEFORE = "2021-05-02T05:00:00Z", "2021-05-02T04:59:59Z"


def test_as_of_a_day_states_count_only_what_was_on_record_by_then(client, record):
    """The refusal is dated in April 2021; recorded a second after the first of May had ended, it was not known."""
    for model in (Actor, Demand, Statement):
        model.objects.update(recorded_at="2020-07-01T00:00:00Z")
    as_of = "?as_of=2021-05-01"
    paths = ["/embed/kc/demands/remove/", "/embed/kc/officials/chief/", "/embed/kc/answers/"]
    seen = []
    for moment in (BEFORE, AFTER):
        Statement.objects.filter(slug="refusal").update(recorded_at=moment)
        seen.append([text(client.get(path + as_of)) for path in paths])
        waiting = client.get(f"/embed/kc/timeline/{as_of}&unanswered=1&kind=issuance")
        assert entries(waiting) == ["statement-letter"]  # City Hall was asked as well
        assert (moment, "rejects" in text(client.get(f"/embed/kc/lanes/{as_of}"))) == (moment, moment == BEFORE)
    for known, unknown in zip(*seen, strict=True):
        assert "Answered on April 22, 2021: rejects" in known
        assert "rejects" not in unknown
        assert "Not looked up yet: nobody has looked for an answer." in unknown


def test_as_of_a_day_an_occasion_an_outcome_and_an_addressee_count_once_they_are_on_record(client, record):
    for model in (Actor, Demand, Statement):
        model.objects.update(recorded_at="2020-07-01T00:00:00Z")
    make.make_outcome(Demand.objects.get(slug="remove"), when="2021-01", recorded_at=AFTER)
    path = "/embed/kc/demands/remove/?as_of=2021-05-01"
    assert "Outcome nothing on record" in text(client.get(path))
    Outcome.objects.update(recorded_at=BEFORE)
    assert "Outcome nothing on record" not in text(client.get(path))
    assert "City Hall" in text(client.get(path))
    Actor.objects.filter(slug="city").update(recorded_at=AFTER)
    assert "City Hall" not in text(client.get(path))
    assert "Raised in public since June 2020" in text(client.get("/embed/kc/answers/?as_of=2021-03-01"))
    Statement.objects.filter(slug="letter").update(recorded_at=AFTER)
    assert "Raised in public since June 2020" not in text(client.get("/embed/kc/answers/?as_of=2021-03-01"))


def test_as_of_a_day_corrections_are_those_made_by_then_and_later_ones_are_not_kept_quiet(client, record):
    for model in (Actor, Demand, Statement, Event):
        model.objects.update(recorded_at="2020-07-01T00:00:00Z")
    path, since = "/embed/kc/demands/remove/?as_of=2021-05-01", "More was corrected after that day"
    made = make.correct(Demand.objects.get(slug="remove"), sentence="He was named wrongly.")
    seen = []
    for moment in (BEFORE, AFTER):
        Correction.objects.filter(pk=made.pk).update(at=moment)
        words = corrections_in(client.get(path))
        seen.append(("named wrongly" in words, since in words))
    assert seen == [(True, False), (False, True)]
    assert since not in text(client.get("/embed/kc/demands/remove/"))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_can_be_asked_for(client, record, path, day):
    framed = client.get(f"{path}?as_of={day}")
    assert framed.status_code in (200, 404)
    assert "9999" not in text(framed)


@pytest.mark.parametrize("path", [*PATHS[:-1], "/embed/kc/timeline/?kind=event"])
def test_the_records_words_keep_their_language_in_a_frame_that_speaks_another(client, record, path):
    march = Event.objects.get(slug="march")
    Event.objects.filter(pk=march.pk).update(summary="Many came.", note="Peacefully.")
    make.correct(march, sentence="Five marched.")
    lang = "&lang=" if "?" in path else "?lang="
    own, other = (client.get(f"{path}{lang}{tag}").content.decode() for tag in ("en", "es"))
    assert ' lang="en"' not in own.replace('<html lang="en"', "")
    tagged = re.findall(r'<[^>]* lang="en">([^<]+)<', other)
    spoken = ("Kansas City", "Remove him", "The letter.", "Many came.", "Peacefully.", "The march", "Five marched.")
    assert [words for words in spoken if f">{words}<" in other and words not in tagged] == []
    assert len(tagged) >= 2


def test_a_quotation_keeps_its_language_in_a_frame_that_speaks_another(client, record):
    make.make_statement(quote="Nunca.", language="es", translation="Never.", when="2022-05", slug="never")
    found = []
    for lang in ("en", "es"):
        page = client.get(f"/embed/kc/timeline/?lang={lang}").content.decode()
        found.append(re.findall(r'<blockquote( lang="\w+")?><p>(Nunca|No)\.|class="words"( lang="\w+")?>Never', page))
    assert found == [
        [(' lang="es"', "Nunca", ""), ("", "", ""), ("", "No", "")],
        [("", "Nunca", ""), ("", "", ' lang="en"'), (' lang="en"', "No", "")],
    ]

"""One query has one answer, on both databases: each run of this file compares a database with the same list."""

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Event, Person, SearchEntry, Source, State, Statement
from campaigns.search import MANY, MOST_TERMS, Place, Query, search
from tests import factories
from tests.made_once import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def ask(campaign, text, **options):
    return search(campaign, Query.parse(text, campaign), **options)


def urls(campaign, text, **options):
    """The last parts of the addresses of what is found, in its order."""
    found = [result for group in ask(campaign, text, **options) for result in group.results]
    return [result.url.rstrip("/").rsplit("/", 1)[1] for result in found]


def counts(campaign, text):
    return {group.name: group.count for group in ask(campaign, text)}


@made_once
def record():
    """A small record with something for each rule; newest last in each noun."""
    campaign = factories.make_campaign(language="en", languages=["es", "fr-CA"])
    speaker = factories.make_person(campaign=campaign, slug="ana", name="Ana Sánchez", aliases=["La Jefa"])
    factories.make_person(campaign=campaign, slug="obrien", name="Mary O’Brien", note="Chief's counsel since 2019.")
    factories.make_person(campaign=campaign, slug="x", name="X")
    factories.make_person(campaign=campaign, slug="wang", name="王小明")
    factories.make_person(campaign=campaign, slug="lodz", name="Łukasz Ødegård Strauß")
    factories.make_organization(campaign=campaign, slug="more2", name="More²", aliases=["MORE-Squared"])
    factories.make_organization(campaign=campaign, slug="kcpd", name="Police Department", aliases=["KCPD", "U.S.P.D."])
    others = {"campaign": campaign, "speaker_label": "a spokesman", "summary": "", "sources": []}
    others |= {"state": State.DRAFT}
    texts = {
        "cameras": {"summary": "The board buys body-worn cameras; it's done.", "when": "2020-01-01"},
        "camera": {"summary": "One camera, worn on the body.", "when": "2020-02"},
        "spanish": {"quote": "Exigimos cámaras para la policía", "language": "es", "when": "2020-03-03"},
        "french": {"quote": "L’avocat d’office n’a pas de caméra", "language": "fr", "when": "2020-04-04"},
        "german": {"quote": "Die Häuser der Polizei", "language": "de", "when": "2020-05-05"},
        "chinese": {"quote": "警察局长王小明说不", "language": "zh", "when": "2020-06-06"},
        "arabic": {"quote": "الشُّرْطَة لا تردّ", "language": "ar", "when": "2020-07-07"},
        "tagged": {"quote": "We are tired. #Defund_KCPD #enough", "when": "2020-08-08"},
        "defund": {"summary": "Nobody says defund here, the U.S. attorney says.", "when": "2020-09-09"},
        "operators": {"summary": "Near the hall and/or the river, not far from 12th & Oak", "when": "2020-10-10"},
        "ana": {"speaker_label": "", "speaker": speaker, "summary": "I resign.", "when": "2020-11-11"},
        "split": {"summary": "It ends with local", "note": "control begins the note", "when": "2020-12-12"},
        "hindi": {"quote": "पुलिस की जवाबदेही", "language": "hi", "when": "2021-01-01"},
        "emoji": {"quote": "Justice ✊🏿 now ½ done", "when": "2021-02-02"},
    }
    for slug, fields in texts.items():
        source = factories.make_source(campaign=campaign, slug=f"{slug}-source", title="", publisher="zz")
        factories.make_statement(**others | {"slug": slug, "sources": [source], "state": State.PUBLISHED} | fields)
    return campaign


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("camera", ["french", "spanish", "camera", "cameras"]),
        ("CAMERAS", ["french", "spanish", "camera", "cameras"]),
        ("cámaras", ["french", "spanish"]),  # Spanish and French share the stem, the English word has another
        ("exigir", ["spanish"]),
        ("exigimos policias", ["spanish"]),
        ("avocat", ["french"]),
        ("l'avocat", ["french"]),
        ("Häuser", ["german"]),
        ("hauser", ["german"]),
        ("its", ["cameras", "split"]),
        ("it’s done", ["cameras"]),
        ("it ends", ["split"]),
        ("body worn", ["camera", "cameras"]),
        ("body-worn", ["cameras"]),
        ('"body worn"', ["cameras"]),
        ("“worn on the body”", ["camera"]),
        ("«worn on»", ["camera"]),
        ('"worn body"', []),
        ('"local control"', []),
        ("local control", ["split"]),
        ("camera -board", ["french", "spanish", "camera"]),
        ('camera -"on the body"', ["french", "spanish", "cameras"]),
        ("camera -worn -exigimos -avocat", []),
        ("-camera", []),
        ("sanchez", ["ana", "ana"]),
        ("Sánchez", ["ana", "ana"]),
        ("SA\u0301NCHEZ", ["ana", "ana"]),
        ("sanchez resigned", ["ana"]),
        ("sanchez resignation", ["ana"]),
        ("jefa resign", ["ana"]),
        ("obrien", ["obrien"]),
        ("O'Brien", ["obrien"]),
        ("o`brien", ["obrien"]),
        ("o brien", []),
        ("chiefs", ["obrien"]),
        ("chief’s", ["obrien"]),
        ("x", ["x"]),
        ("more²", ["more2"]),
        ("MORE2", ["more2"]),
        ("#more2", ["more2"]),
        ("more squared", ["more2"]),
        ("kcpd", ["tagged", "kcpd"]),
        ("uspd", ["kcpd"]),
        ("US attorney", ["defund"]),
        ("u.s. attorneys", ["defund"]),
        ("#defundkcpd", ["tagged"]),
        ("#defund_kcpd", ["tagged"]),
        ("#DEFUND-KCPD", ["tagged"]),
        ("#enough", ["tagged"]),
        ("#defund", []),
        ("defund", ["defund", "tagged"]),
        ("tired -#enough", []),
        ("王小明", ["chinese", "wang"]),
        ("小明", ["chinese", "wang"]),
        ("警", ["chinese"]),
        ("明小", []),
        ("الشرطة", ["arabic"]),
        ("पुलिस", ["hindi"]),
        ("lukasz odegard strauss", ["lodz"]),
        ("Strauß", ["lodz"]),
        ("near the and or not", ["operators"]),
        ("NEAR AND OR NOT", ["operators"]),
        ("NEAR(hall river)", []),
        ("(hall) AND (river)", ["operators"]),
        ("12th oak", ["operators"]),
        ("12TH & OAK", ["operators"]),
        ("hall*", ["operators"]),
        ("the", ["defund", "operators", "camera", "cameras", "split"]),
        ("words:camera", []),
        ("1 2", ["emoji"]),
        ("✊🏿", []),
        ("justice ✊🏿", ["emoji"]),
        ("2019", ["obrien"]),
        ("b", []),
        ("c1", []),
        ("wcamera", []),
    ],
)
def test_a_query_has_this_answer(record, text, expected):
    found = [slug for slug in urls(record, text, limit=20) if not slug.endswith("-source")]
    assert sorted(found) == sorted(expected)


def test_newest_comes_first(record):
    assert urls(record, "camera") == ["french", "spanish", "camera", "cameras"]
    assert urls(record, "the") == ["split", "operators", "defund", "camera", "cameras"]


def test_best_puts_titles_and_names_before_newer_texts(record):
    factories.make_event(campaign=record, slug="old", title="Cameras bought", when="2019")
    factories.make_event(campaign=record, slug="new", title="A vote", summary="On cameras", when="2021")
    factories.make_event(campaign=record, slug="both", title="Buying", summary="Cameras bought", when="2018")
    assert urls(record, "cameras bought", noun="events") == ["old", "both"]
    assert urls(record, "camera", noun="events") == ["new", "old", "both"]
    assert urls(record, "camera", noun="events", best=True) == ["old", "new", "both"]


@pytest.mark.parametrize("best", [False, True])
def test_windows_join_without_gap_or_overlap(best):
    campaign = factories.make_campaign()
    for n in range(7):
        title = "The vote" if n % 3 == 0 else "The day"
        factories.make_event(campaign=campaign, slug=f"e-{n}", title=title, summary="A vote", when=f"2021-0{n + 1}")
    whole = urls(campaign, "vote", noun="events", best=best, limit=7)
    assert whole == (
        ["e-6", "e-3", "e-0", "e-5", "e-4", "e-2", "e-1"] if best else [f"e-{n}" for n in range(6, -1, -1)]
    )
    joined, after = [], None
    while True:
        (group,) = ask(campaign, "vote", noun="events", best=best, limit=2, after=after)
        assert (group.count, group.many) == (7, False)
        joined += [result.url.rstrip("/").rsplit("/", 1)[1] for result in group.results]
        if group.more is None:
            break
        after = Place.read(str(group.more))
    assert joined == whole


def test_each_noun_is_found_by_its_texts():
    campaign = factories.make_campaign()
    demand = factories.make_demand(campaign=campaign, title="Ban chokeholds", text="Zebra", note="Yak")
    statement = factories.make_statement(campaign=campaign, venue="Zebra hall", capacity="as yak")
    factories.raise_demand(demand, statement, text="Zebra wording", note="Yak")
    factories.answer(demand, note="Zebra yak", statement=statement)
    factories.make_event(campaign=campaign, title="Zebra", note="yak")
    factories.make_outcome(demand, reason="Zebra", note="yak")
    factories.make_person(campaign=campaign, name="Zebra", aliases=["Yak"])
    factories.make_source(campaign=campaign, title="Zebra", author="A. Yak")
    nouns = ["demands", "wordings", "statements", "answers", "events", "outcomes", "names", "sources"]
    assert counts(campaign, "zebra yak") == dict.fromkeys(nouns, 1)


def test_another_campaign_is_not_searched(record):
    other = factories.make_campaign()
    factories.make_event(campaign=other, title="Cameras")
    assert (counts(record, "camera"), counts(other, "camera")) == ({"statements": 4}, {"events": 1})


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_what_is_not_published_is_neither_found_nor_counted(record, state):
    reason = "Wrong" if state == State.WITHDRAWN else ""
    factories.make_event(campaign=record, title="Secretive cameras", state=state, withdrawal_reason=reason)
    factories.make_statement(campaign=record, summary="Secretive", state=state, withdrawal_reason=reason)
    hidden = factories.make_demand(campaign=record, title="Secretive", state=state, withdrawal_reason=reason)
    statement = factories.make_statement(campaign=record, summary="Public")
    factories.raise_demand(hidden, statement, text="Secretive wording")
    factories.answer(hidden, note="Secretive note", statement=statement)
    factories.make_outcome(hidden, reason="Secretive outcome")
    name = factories.make_person(campaign=record, name="Secretive", state=state, withdrawal_reason=reason)
    factories.make_statement(campaign=record, summary="Public", speaker=name)
    assert ask(record, "secretive") == []
    assert counts(record, "camera") == {"statements": 4}


def test_publishing_and_withdrawing_need_no_new_index(record, django_assert_num_queries):
    event = factories.make_event(campaign=record, title="Hidden hearing", state=State.DRAFT)
    Event.objects.filter(pk=event.pk).update(state=State.PUBLISHED)
    assert counts(record, "hearing") == {"events": 1}
    event.refresh_from_db()
    event.withdraw("Wrong")
    assert counts(record, "hearing") == {}


def test_a_row_left_over_for_a_hidden_record_finds_nothing(record):
    draft = factories.make_event(campaign=record, title="Hidden", state=State.DRAFT)
    token = f"{record.pk}wleftov"
    SearchEntry.objects.filter(pk=draft.search_key()).delete()
    SearchEntry.objects.create(key=draft.search_key(), words=[token])
    SearchEntry.objects.create(key=draft.search_key() + 1000, words=[token])
    assert ask(record, "leftover") == []


def test_the_draft_of_another_noun_with_the_same_number_hides_nothing(record):
    event = factories.make_event(campaign=record, title="Unmistakable")
    Person.objects.filter(pk=event.pk).update(state=State.DRAFT)
    Statement.objects.filter(pk=event.pk).update(state=State.DRAFT)
    assert counts(record, "unmistakable") == {"events": 1}


def test_counts_stop_at_a_thousand(record):
    rows = [
        Source(campaign=record, slug=f"s-{n}", title="Rally", state=State.PUBLISHED, url="https://example.org")
        for n in range(MANY + 1)
    ]
    Source.objects.bulk_create(rows)
    SearchEntry.objects.refresh(Source, [row.pk for row in rows])
    assert [(group.count, group.many) for group in ask(record, "rally")] == [(MANY, True)]
    rows[0].withdraw("Wrong")
    assert [(group.count, group.many) for group in ask(record, "rally")] == [(MANY, False)]


def test_only_the_first_terms_and_letters_count(record):
    many = Query.parse(" ".join(f"w{n}" for n in range(20)), record)
    assert (len(many.terms), many.cut) == (MOST_TERMS, True)
    assert Query.parse("a" * 100_000, record).text == "a" * 200
    assert Query.parse("a" * 100_000, record).cut
    assert not Query.parse("  camera  ", record).cut


HOSTILE = [
    "", " ", "\x00", "cam\x00era", '"', '""', '"""', '"camera', 'camera"', "'", "''", "';--", "'\";--", "-", "--",
    "- -", "-\"", '-"camera', "#", "##", "#-", "-#", '#"camera"', "*", "cam*", "**", "(", ")", "()", "(camera",
    "camera)", "^", "^camera", ":", "words:", "words : camera", "{words}", "{words} : camera", "AND", "OR", "NOT",
    "NEAR", "NEAR(", "NEAR()", "NEAR(a b, 2)", "a AND", "AND a", "NOT a", "a NOT", "+", "camera + board", "&",
    "|", "!", "<->", "a <-> b", "a <2> b", "a & b | !c", ":*", "camera:*", "camera:A", "\\", "\\'", "a\\", "%",
    "_", "%s", "%(x)s", "%%", "{}", "$1", "?", ";", "\ud800", "a\udfffb", "\ufffd", "\u202ecamera",
    "\u200bcamera", "cam\u00adera", "✊🏿", "👩‍👩‍👧", "שלום", "مرحبا", "ก็", "\u0301", "e\u0301\u0301\u0301", "ﷺ",
    "ﬀ", "²", "½", "Ⅷ", "İ", "ß", "ǆ", "\t\n\r", "<script>", "&amp;", "</mark>", "a" * 100_000, "a " * 50_000,
    '"' * 100_000, "-" * 100_000, "#" * 1000, "警" * 1000, "a.b." * 500, "é" * 100_000, "\U0010ffff", "1e5",
    "1.5e10", "-1", "0x1f", "http://x.org/?a=b", "a@b.org", "12:30", "a/b", "1,000", "b", "c1",
]  # fmt: skip


@pytest.mark.parametrize("best", [False, True])
def test_no_input_is_an_error(record, best):
    for text in HOSTILE:
        for group in ask(record, text, best=best):
            assert group.count > 0


@given(st.text(max_size=250) | st.text(alphabet="ab\"'-# *()&|!:<>\\王é", max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_string_is_an_error(record, text):
    ask(record, text)
    ask(record, text, best=True, noun="statements")


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=80))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_found_by_what_is_written(text):
    campaign = factories.make_campaign(languages=["ar"])
    factories.make_event(campaign=campaign, title="An event", summary=f"{text}")
    query = Query.parse(f'"{text.replace(chr(34), " ")}"', campaign)
    if query and not query.cut and not set("“”„«»＂") & set(text):
        assert counts(campaign, query.text)["events"] == 1


def test_the_words_are_marked_as_they_stand_there(record):
    (group, *_) = ask(record, "sanchez resignation", noun="statements")
    assert (group.results[0].heading, group.results[0].excerpt) == (
        "Ana <mark>Sánchez</mark>",
        "I <mark>resign</mark>.",
    )


@pytest.mark.parametrize(
    ("text", "summary", "marked"),
    [
        ("its", "So it's done", "So <mark>it&#x27;s</mark> done"),
        ("us", "The U.S. attorney", "The <mark>U.S.</mark> attorney"),
        ("sanchez", "Sa\u0301nchez\u0301, and", "<mark>Sa\u0301nchez\u0301</mark>, and"),
        ('"local control"', "a local – control, b", "a <mark>local – control</mark>, b"),
        ("strasse", "Die Straße", "Die <mark>Straße</mark>"),
        ("1", "½ cup", "<mark>½</mark> cup"),
        ("2 1", "½ cup", "<mark>½</mark> cup"),
        ("#enough", "Say #enough", "Say #<mark>enough</mark>"),
        ("b", "<b></b> & B", "&lt;<mark>b</mark>&gt;&lt;/<mark>b</mark>&gt; &amp; <mark>B</mark>"),
        ("script", "<script>x</script>", "&lt;<mark>script</mark>&gt;x&lt;/<mark>script</mark>&gt;"),
        ("mark", "</mark>", "&lt;/<mark>mark</mark>&gt;"),
        ("amp", "&amp;", "&amp;<mark>amp</mark>;"),
        ("小明", "王小明说", "王<mark>小明</mark>说"),
    ],
)  # fmt: skip
def test_marks_are_in_the_escaped_original(text, summary, marked):
    campaign = factories.make_campaign()
    factories.make_event(campaign=campaign, title="T", summary=summary)
    (group,) = ask(campaign, text)
    assert group.results[0].excerpt == marked


@given(text=st.text(alphabet="<>&\"'abmark/=é½ ", max_size=80), asked=st.text(alphabet="abmrké12 ", max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_result_without_its_marks_is_the_text(text, asked):
    campaign = factories.make_campaign()
    factories.make_event(campaign=campaign, title=f"T {text}")
    for group in ask(campaign, f"t {asked}"):
        heading = group.results[0].heading
        assert html.unescape(re.sub("</?mark>", "", heading)) == f"T {text}"
        assert set(re.findall("<[^>]*>", heading)) <= {"<mark>", "</mark>"}


def test_an_excerpt_is_cut_between_words_around_the_first_match():
    campaign = factories.make_campaign()
    before, after = "many words before it " * 40, " many words after it" * 40
    factories.make_event(campaign=campaign, title="T", summary=f"{before}needle{after}")
    (group,) = ask(campaign, "needle")
    excerpt = group.results[0].excerpt
    assert "<mark>needle</mark>" in excerpt
    assert len(excerpt) < 280
    assert re.fullmatch("… (many|words|before|it) .* (many|words|after|it) …", excerpt)


def test_an_excerpt_of_a_text_without_spaces_is_short_too():
    campaign = factories.make_campaign()
    factories.make_event(campaign=campaign, title="T", summary=f"{'警' * 1000}王{'察' * 1000}")
    (group,) = ask(campaign, "王")
    assert "<mark>王</mark>" in group.results[0].excerpt
    assert len(group.results[0].excerpt) < 280


def test_a_quotation_keeps_its_language(record):
    (group, *_) = ask(record, "exigimos")
    (result,) = group.results
    assert (result.excerpt, result.language, result.quoted) == (
        "<mark>Exigimos</mark> cámaras para la policía",
        "es",
        True,
    )


def test_the_number_of_queries_does_not_grow(record, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(3):  # what matches, the statements, the names
            ask(record, "sanchez")
        for n in range(30):
            factories.make_statement(campaign=record, slug=f"more-{_}-{n}", speaker=Person.objects.get(slug="ana"))
    with django_assert_num_queries(1):
        ask(record, "nowhere")
    with django_assert_num_queries(0):
        ask(record, "")


@pytest.mark.parametrize("text", ["", "x", "2-1", "0-1", f"0-{2**63}", "0-" + "9" * 30, "0-١" + "0" * 18, "1-4" * 9])
def test_a_place_from_elsewhere_is_no_place(text):
    assert Place.read(text) is None

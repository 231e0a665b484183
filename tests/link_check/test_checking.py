"""The command that looks at sources: which, in which order, at which pace, and what is kept of it."""

import datetime as dt

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from campaigns.link_check import checking as links
from campaigns.link_check.checking import Offline, Pace, check_links
from campaigns.link_check.fetching import Finding, Looker
from campaigns.models import LinkCheck, Revision, Source, State, history_of
from tests import factories as make
from tests.admin.clients import enter
from tests.link_check.test_fetching import Net, says, server

pytestmark = pytest.mark.django_db
Reason, Kind = LinkCheck.Reason, LinkCheck.Kind
START = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


class Looking:
    """A looker that knows what is at each address, and notes in which order it is asked."""

    def __init__(self, **found):
        self.found, self.asked = found, []

    def look(self, url):
        self.asked.append(url)
        return self.found.get(url.split("//")[1].split(".")[0], Finding(Reason.FOUND, 200))


def source(name, **fields):
    return make.make_source(slug=name, url=f"https://{name}.example.org/a", **fields)


def run(looker, limit=100):
    return list(check_links(limit, looker))


GONE = Finding(Reason.MISSING, 404)


def test_published_sources_are_looked_at_with_their_archived_copies_and_no_draft_is():
    source("one", archive_url="https://archive.example.org/one")
    source("draft", state=State.DRAFT)
    source("gone", state=State.WITHDRAWN, withdrawal_reason="Not ours.")
    source("inside", campaign=make.make_campaign(state=State.DRAFT))
    make.make_source(url="", title="A book")
    looker = Looking()
    run(looker)
    assert sorted(looker.asked) == ["https://archive.example.org/one", "https://one.example.org/a"]


def test_the_longest_ago_comes_first_and_whoever_stops_it_goes_on_where_it_was():
    names = ["a", "b", "c", "d"]
    for name in names:
        source(name)
    with time_machine.travel(START, tick=False) as clock:
        looker = Looking()
        begun = check_links(100, looker)
        next(begun)
        next(begun)
        begun.close()
        clock.shift(3600)
        run(looker, limit=1)
        run(looker)
        assert looker.asked == [f"https://{name}.example.org/a" for name in names]
        run(looker)
        assert len(looker.asked) == 4
        clock.shift(DAY)
        source("e")
        run(looker)
        assert looker.asked[4:] == [f"https://{name}.example.org/a" for name in ["e", *names]]


def test_an_address_that_was_changed_is_looked_at_at_once_and_begins_anew():
    one = source("one")
    with time_machine.travel(START, tick=False):
        run(Looking(one=GONE))
        Source.objects.filter(pk=one.pk).update(url="https://new.example.org/a")
        run(Looking(new=GONE))
    assert LinkCheck.objects.values_list("url", "failures").get() == ("https://new.example.org/a", 1)


def seen_twice(*findings):
    """Look once a day; return the row as it is at the end."""
    with time_machine.travel(START, tick=False) as clock:
        for finding in findings:
            run(Looking(one=finding))
            clock.shift(DAY)
    return LinkCheck.objects.get(source__slug="one", kind=Kind.URL)


def test_one_failure_tells_nobody_and_the_second_on_another_day_does():
    source("one")
    link = seen_twice(GONE)
    assert (link.failures, link.failed_since, list(LinkCheck.objects.to_mend())) == (1, START, [])
    with time_machine.travel(START + DAY, tick=False):
        run(Looking(one=GONE))
    link.refresh_from_db()
    assert (link.failures, link.failed_since, link.checked_at) == (2, START, START + DAY)
    assert (list(LinkCheck.objects.to_mend()), link.why) == ([link], "The page is not there any more (404).")


def test_what_works_again_begins_anew():
    source("one")
    link = seen_twice(GONE, GONE, Finding(Reason.FOUND, 200))
    assert (link.failures, link.failed_since, list(LinkCheck.objects.to_mend())) == (0, None, [])


@pytest.mark.parametrize("reason", [Reason.WALL, Reason.UNASKED])
def test_what_cannot_be_looked_at_is_no_failure_and_no_success(reason):
    source("one")
    link = seen_twice(*[Finding(reason, 403)] * 3)
    assert (link.failures, link.failed, list(LinkCheck.objects.to_mend())) == (0, False, [])
    link = seen_twice_more(GONE, Finding(reason, 403))
    assert (link.failures, list(LinkCheck.objects.to_mend())) == (1, [])
    link = seen_twice_more(GONE)
    assert list(LinkCheck.objects.to_mend()) == [link]


def seen_twice_more(*findings):
    LinkCheck.objects.update(checked_at=START - DAY)
    return seen_twice(*findings)


def test_a_document_that_is_gone_is_mended_by_an_archived_copy_unless_that_is_gone_too():
    one = source("one")
    link = seen_twice(GONE, GONE)
    assert list(LinkCheck.objects.to_mend()) == [link]
    Source.objects.filter(pk=one.pk).update(archive_url="https://archive.example.org/one")
    assert list(LinkCheck.objects.to_mend()) == []
    with time_machine.travel(START + 3 * DAY, tick=False) as clock:
        for _ in range(2):
            run(Looking(one=GONE, archive=GONE))
            clock.shift(DAY)
    assert [(found.kind, found.source) for found in LinkCheck.objects.to_mend()] == [(Kind.ARCHIVE, one)]
    Source.objects.filter(pk=one.pk).update(archive_url="https://archive.example.org/other")
    assert list(LinkCheck.objects.to_mend()) == []


@pytest.mark.django_db(transaction=True)  # PostgreSQL counts a change at the end of its transaction
def test_nothing_of_it_is_an_edit():
    one = source("one")
    before = Revision.objects.current(), history_of(Source).count(), Source.objects.values().get()
    seen_twice(GONE, GONE, Finding(Reason.FOUND, 200))
    LinkCheck.objects.all().delete()
    assert (Revision.objects.current(), history_of(Source).count(), Source.objects.values().get()) == before
    one.save()
    assert Revision.objects.current() > before[0]


def test_where_no_server_answers_it_is_this_machine_and_nothing_is_noted(monkeypatch):
    for number in range(links.SILENT):
        source(f"s{number}")
    silent = {f"s{number}": Finding(Reason.NO_HOST) for number in range(links.SILENT)}
    with pytest.raises(Offline):
        run(Looking(**silent))
    assert LinkCheck.objects.count() == 0
    monkeypatch.setattr(links, "Looker", lambda *args: Looking(**silent))
    with pytest.raises(CommandError, match="not on the net"):
        call_command("check_links")
    run(Looking(**silent | {"s3": Finding(Reason.WALL, 403)}))
    assert LinkCheck.objects.filter(reason=Reason.NO_HOST).count() == links.SILENT - 1


def test_few_sources_of_dead_servers_are_noted_all_the_same():
    source("one")
    run(Looking(one=Finding(Reason.NO_HOST)))
    assert LinkCheck.objects.get().reason == Reason.NO_HOST


def test_a_host_that_has_enough_of_us_is_left_alone():
    for number in range(3):
        make.make_source(url=f"https://busy.example.org/{number}")
    source("other")
    looker = Looking(busy=Finding(Reason.WALL, 429))
    run(looker)
    assert looker.asked == ["https://busy.example.org/0", "https://other.example.org/a"]


def test_a_host_is_asked_every_two_seconds_and_others_meanwhile():
    slept = []
    with time_machine.travel(START, tick=False) as clock, pytest.MonkeyPatch.context() as patch:
        patch.setattr(links.time, "monotonic", lambda: dt.datetime.now(dt.UTC).timestamp())

        def sleep(seconds):
            slept.append(seconds)
            clock.shift(seconds)

        pace = Pace(sleep)
        for host in ("a", "b", "a", "a", "b"):
            pace(host)
        clock.shift(60)
        pace("a")
    assert slept == pytest.approx([2, 2])


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused_in_a_sentence(limit):
    with pytest.raises(CommandError, match="1 or more"):
        call_command("check_links", limit=limit)


def test_the_command_looks_says_what_it_found_and_ends_well(capsys, monkeypatch, settings):
    settings.SITE_ORIGIN = "https://record.example.org"
    for name in ("fine", "lost", "wall", "plain"):
        source(name)
    Source.objects.filter(slug="plain").update(url="http://plain.example.org/a")
    status = {"fine": 200, "lost": 404, "wall": 403, "plain": 500}
    with server(lambda line: says(status["x"])) as (port, asked):
        net = Net(port)
        looker = Looker(f"{links.AGENT} (+{settings.SITE_ORIGIN}/)", lambda host: None, net.resolve, net.connect)

        def look(_self, url):
            status["x"] = status[url.split("//")[1].split(".")[0]]
            return Looker.look(looker, url)

        monkeypatch.setattr(links, "Looker", type("Local", (), {"__init__": lambda *args: None, "look": look}))
        call_command("check_links", limit=10)
    said = capsys.readouterr().out
    assert said == (
        "2: https://lost.example.org/a: The page is not there any more (404).\n"
        "3: https://wall.example.org/a: The server lets no program look (403).\n"
        "4: http://plain.example.org/a: Only https:// is looked at, and there was nothing to be had.\n"
        "reached: 1, failed: 1, not looked at: 2\n"
    )
    assert "User-Agent: accountability-link-check/1.0 (+https://record.example.org/)" in asked[0]
    call_command("check_links", verbosity=0)
    assert capsys.readouterr().out == ""


def test_the_desk_lists_what_is_to_be_mended_and_its_form_says_since_when():
    campaign, other = make.make_campaign(name="Ours"), make.make_campaign(name="Theirs")
    one = make.make_source(campaign=campaign, slug="one", url="https://one.example.org/a", title="A report")
    make.make_source(campaign=campaign, slug="fine", url="https://fine.example.org/a", title="Still there")
    make.make_source(campaign=other, slug="two", url="https://two.example.org/a", title="A secret report")
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(2):
            run(Looking(one=GONE, two=GONE))
            clock.shift(DAY)
        ann = enter(make.make_member(campaign))
        desk = ann.get("/admin/").content.decode()
        section = desk[desk.index('id="desk-unreachable"') :].split("</section>")[0]
        form = reverse("admin:campaigns_source_change", args=[one.pk])
        assert f'<a href="{form}">The Example: A report</a>' in section
        assert "The page is not there any more (404). Since March 2, 2026, last looked at March 3, 2026." in section
        assert ("secret" in section, "Still there" in section) == (False, False)
        assert "March 3, 2026, address: The page is not there any more (404). Since March 2, 2026." in (
            ann.get(form).content.decode()
        )
        listed = ann.get(reverse("admin:campaigns_source_changelist"), {"reach": "failed"}).content.decode()
        assert ("A report" in listed, "Still there" in listed, "secret" in listed) == (True, False, False)


def test_a_source_of_which_nothing_is_known_says_so():
    one = source("one")
    page = enter(make.make_member(one.campaign)).get(reverse("admin:campaigns_source_change", args=[one.pk]))
    assert 'class="readonly">–</div>' in page.content.decode()
    desk = enter(make.make_member(one.campaign)).get("/admin/").content.decode()
    assert "None, as far as we looked." in desk


def test_no_page_reaches_out(monkeypatch):
    """Saving, publishing and showing a source asks no server; a socket would be counted."""
    made = []
    monkeypatch.setattr("socket.create_connection", lambda *args, **kwargs: made.append(args))
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: made.append(args))
    one = source("one", state=State.DRAFT)
    ann = enter(make.make_user(is_superuser=True))
    form = reverse("admin:campaigns_source_change", args=[one.pk])
    ann.post(
        reverse("admin:campaigns_source_changelist"), {"action": "publish", "_selected_action": [one.pk], "sure": "1"}
    )
    assert Client().get(one.get_absolute_url()).status_code == 200
    assert (ann.get(form).status_code, made) == (200, [])

"""A page that is kept is never stale, never private, and costs one question."""

import threading

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns import triggers
from campaigns.models import Revision, State, Statement
from tests import factories as make
from tests.test_site_queries import fill

pytestmark = pytest.mark.django_db(transaction=True)

LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture(autouse=True)
def memory(settings):
    """The cache of production, empty."""
    settings.CACHES = LOCMEM
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def campaign(memory):
    campaign = make.make_campaign(slug="kc")
    source = make.make_source(campaign=campaign, slug="star")
    make.make_statement([source], campaign=campaign, slug="letter", summary="They asked.")
    return campaign


def asked(path, **headers):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = Client().get(path, headers=headers)
    return answer, len(queries)


def test_a_second_reader_costs_one_query_and_gets_the_same_answer(campaign):
    first, many = asked("/kc/timeline/")
    second, one = asked("/kc/timeline/")
    assert many > 1
    assert (one, second.content, dict(second.items())) == (1, first.content, dict(first.items()))


def test_a_repeat_visit_costs_one_query_and_no_body(campaign):
    first, _ = asked("/kc/timeline/")
    again, one = asked("/kc/timeline/", if_none_match=first["ETag"])
    assert (again.status_code, again.content, one) == (304, b"", 1)


def test_a_change_is_seen_at_once_and_changes_the_etag_only_where_it_shows(campaign):
    letter, about = asked("/kc/statements/letter/")[0], asked("/kc/about/")[0]
    Statement.objects.update(summary="They demanded.")
    later = asked("/kc/statements/letter/")[0]
    assert "They demanded." in later.content.decode()
    assert later["ETag"] != letter["ETag"]
    assert asked("/kc/about/")[0]["ETag"] == about["ETag"]


def test_what_is_withdrawn_is_gone_at_once(campaign):
    asked("/kc/statements/letter/")
    Statement.objects.get().withdraw("Said by somebody else.")
    assert asked("/kc/statements/letter/")[0].status_code == 410


def test_a_fragment_and_its_page_are_kept_apart(campaign):
    page, fragment = asked("/kc/search/?q=asked")[0], asked("/kc/search/?q=asked", HX_Request="true")[0]
    assert page.content != fragment.content
    assert asked("/kc/search/?q=asked")[0].content == page.content
    assert asked("/kc/search/?q=asked", HX_Request="true")[0].content == fragment.content


def test_what_is_read_inside_a_transaction_is_neither_kept_nor_found(campaign):
    draft = make.make_statement(campaign=campaign, slug="draft", summary="Not yet.", state=State.DRAFT)
    with transaction.atomic():
        Statement.objects.filter(pk=draft.pk).update(summary="Never.")
        before = asked("/kc/timeline/")[1]
        assert asked("/kc/timeline/")[1] == before > 1
        transaction.set_rollback(True)
    assert asked("/kc/timeline/")[1] > 1


def test_a_new_day_is_a_new_page(campaign):
    with time_machine.travel("2026-01-01T12:00Z", tick=False):
        asked("/kc/")
        assert asked("/kc/")[1] == 1
    with time_machine.travel("2026-01-02T12:00Z", tick=False):
        assert asked("/kc/")[1] > 1


def test_every_table_of_the_record_raises_the_revision(campaign):
    """By an update that no save() sees, of one row of each."""
    fill(make.make_campaign(slug="full"), 1)
    still = []
    for model in apps.get_app_config("campaigns").get_models(include_auto_created=True):
        if model._meta.db_table in triggers.revising() and (row := model._base_manager.first()):
            before, field = Revision.objects.current(), model._meta.concrete_fields[-1].name
            model._base_manager.filter(pk=row.pk).update(**{field: F(field)})
            still += [model] if Revision.objects.current() == before else []
    assert still == []


def test_two_writers_at_once_are_both_counted(campaign):
    def write(slug):
        try:
            for number in range(10):
                make.make_source(campaign=campaign, slug=f"{slug}-{number}")
        finally:
            connection.close()

    before = Revision.objects.current()
    writers = [threading.Thread(target=write, args=[slug]) for slug in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert Revision.objects.current() - before >= 20


def test_without_the_number_nothing_is_kept(campaign):
    Revision.objects.all().delete()
    asked("/kc/timeline/")
    assert asked("/kc/timeline/")[1] > 1


def test_what_is_larger_than_a_page_is_not_kept(campaign, monkeypatch):
    monkeypatch.setattr("campaigns.http.page_cache.MOST", 100)
    asked("/kc/timeline/")
    assert asked("/kc/timeline/")[1] > 1

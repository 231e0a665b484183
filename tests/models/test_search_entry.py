"""The search index is right after every way of writing, and has nothing rather than something stale."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

import campaigns
from campaigns.campaign_file import import_campaign
from campaigns.models import Actor, Campaign, Match, Response, SearchEntry, Source, State, Statement
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

DEMO = Path(campaigns.__file__).parent / "demo/kansas-city.yaml"


def found(*phrase, model=Statement):
    """The pks of the records whose row holds the phrase, drafts included, in any campaign."""
    match = Match(((tuple(f"w{word}" for word in phrase),),))
    rows = [
        SearchEntry.objects.of_noun(model).matching(match.within(campaign.pk)).values_list("pk", flat=True)
        for campaign in Campaign.objects.all()
    ]
    return sorted(SearchEntry.split(key)[1] for keys in rows for key in keys)


def test_a_saved_record_is_found_by_its_words():
    statement = factories.make_statement(summary="The board votes on cameras")
    assert found("vote") == [statement.pk]
    assert found("camera") == [statement.pk]
    assert found("board", "vote") == [statement.pk]
    assert found("vote", "board") == []


def test_a_change_by_save_takes_the_old_words_away_and_adds_the_new():
    statement = factories.make_statement(summary="The board votes")
    statement.summary = "The board waits"
    statement.save()
    assert (found("vote"), found("wait")) == ([], [statement.pk])


def test_a_change_of_the_date_leaves_one_row():
    statement = factories.make_statement(summary="The board votes", when="2021-04-22")
    statement.when = factories.when("2020-01")
    statement.save()
    assert SearchEntry.objects.of_noun(Statement).values_list("pk", flat=True).get() == statement.search_key()


def test_an_update_past_save_leaves_no_stale_words():
    statement = factories.make_statement(summary="The board votes")
    Statement.objects.update(summary="The board waits")
    assert (found("vote"), found("wait")) == ([], [])
    assert SearchEntry.objects.refresh(Statement, [statement.pk]) == 1
    assert (found("vote"), found("wait")) == ([], [statement.pk])


def test_an_update_of_the_state_alone_leaves_the_row_alone():
    statement = factories.make_statement(summary="The board votes")
    Statement.objects.update(state=State.DRAFT)
    assert found("vote") == [statement.pk]


def test_raw_sql_leaves_no_stale_words():
    factories.make_statement(summary="The board votes")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_statement SET summary = 'The board waits'")
    assert found("vote") == []


def test_what_is_saved_in_bulk_is_found_after_one_call():
    campaign = factories.make_campaign()
    speaker = factories.make_person(campaign=campaign)
    rows = [
        Statement(campaign=campaign, slug=f"s-{n}", speaker=speaker, summary=f"Vote number {n}", date="2021-04-22")
        for n in range(500)
    ]
    Statement.objects.bulk_create(rows)
    assert found("vote") == []
    assert SearchEntry.objects.refresh(Statement, [row.pk for row in rows]) == 500
    assert found("vote") == [row.pk for row in rows]
    assert SearchEntry.objects.refresh(Statement, [row.pk for row in rows]) == 0


def test_refreshing_costs_the_same_few_queries_for_many_rows(django_assert_num_queries):
    statements = [factories.make_statement() for _ in range(20)]
    for several in (statements[:2], statements):
        SearchEntry.objects.all().delete()
        with django_assert_num_queries(4):  # which there are, which are known, the lacking ones, their rows
            SearchEntry.objects.refresh(Statement, [statement.pk for statement in several])


def test_what_a_save_of_some_fields_does_not_write_is_not_indexed():
    statement = factories.make_statement(summary="The board votes")
    SearchEntry.objects.all().delete()
    statement.summary = "A secret in the making"
    statement.save(update_fields=["position"])
    assert (found("vote"), found("secret")) == ([statement.pk], [])


def test_a_renamed_speaker_is_found_by_the_new_name_alone():
    speaker = factories.make_person(name="Ana Sánchez", aliases=["La Jefa"])
    statement = factories.make_statement(speaker=speaker)
    for_her = factories.make_statement(on_behalf_of=speaker)
    assert found("sanchez") == found("jefa") == [statement.pk, for_her.pk]
    speaker.name, speaker.aliases = "Ana Ruiz", []
    speaker.save()
    assert found("sanchez") == found("jefa") == []
    assert found("ruiz") == [statement.pk, for_her.pk]


def test_a_renaming_past_save_leaves_no_stale_name():
    factories.make_statement(speaker=factories.make_person(name="Ana Sánchez"))
    Actor.objects.update(name="Ana Ruiz")
    assert (found("sanchez"), found("sanchez", model=Actor)) == ([], [])


def test_a_record_moved_past_save_is_found_in_neither_campaign():
    source = factories.make_source(title="Votes")
    assert found("vote", model=Source) == [source.pk]
    Source.objects.update(campaign=factories.make_campaign())
    assert found("vote", model=Source) == []


def test_a_deleted_record_has_no_row():
    response = factories.answer(factories.make_demand(), note="Through a spokesman")
    assert found("spokesman", model=Response) == [response.pk]
    response.delete()
    assert found("spokesman", model=Response) == []


def test_a_transaction_that_fails_leaves_the_old_words():
    statement = factories.make_statement(summary="The board votes")
    with transaction.atomic():
        statement.summary = "The board waits"
        statement.save()
        transaction.set_rollback(True)
    assert (found("vote"), found("wait")) == ([statement.pk], [])


def test_another_language_of_the_campaign_reads_all_of_it_anew():
    campaign = factories.make_campaign(language="en")
    statement = factories.make_statement(campaign=campaign, quote="Exigimos cámaras", language="es")
    assert (found("exig"), found("exigimo")) == ([], [statement.pk])
    campaign.languages = ["es"]
    campaign.save()
    assert (found("exig"), found("exigimo")) == ([statement.pk], [])
    Campaign.objects.update(languages=[])
    assert (found("exig"), found("exigimo")) == ([], [])


def test_rebuilding_mends_what_was_broken_behind_everybodys_back():
    statement = factories.make_statement(summary="The board votes")
    count = SearchEntry.objects.count()
    SearchEntry.objects.filter(pk=statement.search_key()).delete()
    stale = f"{statement.campaign_id}wstale"
    SearchEntry.objects.create(key=4 * 10**18 + 20200101 * 10**10 + statement.pk, words=[stale])
    SearchEntry.objects.create(key=4 * 10**18 + 20200101 * 10**10 + 999_999, words=[stale])
    assert SearchEntry.objects.rebuild() == count
    assert (found("vote"), found("stale")) == ([statement.pk], [])


def test_a_very_long_text_is_saved_and_found_by_its_beginning():
    words = " ".join(f"number{n}" for n in range(30_000))
    statement = factories.make_statement(quote=f"{words} end", summary="the " * 5_000)
    assert found("number7", "number8") == [statement.pk]
    assert found("end") == []
    factories.make_statement(quote="警察" * 20_000 + "z" * 100_000, summary="Beginning")
    assert len(found("begin")) == 1


def test_an_import_is_found_and_so_is_its_correction():
    with DEMO.open("rb") as file:
        import_campaign(file, publish=True)
    assert len(found("resign")) > 2
    before = found("spokesman")
    text = DEMO.read_text().replace("spokesman", "mouthpiece")
    import_campaign(io.BytesIO(text.encode()), publish=True)
    assert (found("spokesman"), found("mouthpiec")) == ([], before)
    lacking = SearchEntry.objects.refresh_all()
    assert lacking == 0


def test_a_dry_run_leaves_the_index_alone():
    with DEMO.open("rb") as file:
        import_campaign(file, publish=True, dry_run=True)
    assert SearchEntry.objects.count() == 0


def run(*args):
    output = io.StringIO()
    call_command("rebuild_search", *args, stdout=output)
    return output.getvalue()


def test_the_command_adds_what_lacks_or_makes_all_anew():
    factories.make_event(title="A vote")
    count = SearchEntry.objects.count()
    SearchEntry.objects.all().delete()
    assert run("--missing") == f"Added to the search index: {count}\n"
    assert run("--missing") == "Added to the search index: 0\n"
    assert run() == f"In the search index now: {count}\n"

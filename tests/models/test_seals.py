"""The seals of the history: a version that was changed, or taken away, past the triggers is found and named."""

import io
import re
import threading
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks.data import make_campaign as make_large
from campaigns import triggers
from campaigns.campaign_file import campaign_data, import_campaign, write_json
from campaigns.history.verification import Head, examine
from campaigns.models import (
    TRACKED,
    Campaign,
    Citation,
    Clearance,
    Correction,
    Demand,
    Source,
    Statement,
    change,
    history,
    history_of,
    seal,
    seal_all,
)
from tests import factories as make
from tests.campaign_file.test_round_trip import everything

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def verify(**options):
    out = io.StringIO()
    call_command("verify_history", stdout=out, **options)
    return out.getvalue()


def complaint(**options):
    with pytest.raises(CommandError) as caught:
        verify(**options)
    return str(caught.value)


#: What is said of a row that was written past the history.
PAST = "{} {}: it is not what its newest version says: written past the history"


@pytest.fixture
def unguarded():
    """Write past the triggers, as in a copy of the database."""
    triggers.drop_triggers(connection)
    return connection.cursor()  # with the test's transaction the triggers are back


def demand_of_three_versions():
    demand = make.make_demand(text="Resign.")
    for text in ("Resign now.", "Resign today."):
        demand.text = text
        demand.save()
    return demand, [version.history_id for version in history_of(Demand).filter(id=demand.pk).reverse()]


def test_every_row_of_every_table_is_sealed_and_the_heads_are_printed():
    everything()
    told = make.make_demand(title="Call 816-555-0142.")
    Clearance.objects.allow_by_command(Clearance.objects.open_in([told]), "It is the press office's.")
    printed = [Head.of(line) for line in verify().splitlines()]
    assert {head.table for head in printed} == {f"historical{model._meta.model_name}" for model in TRACKED}
    newest = {f"historical{model._meta.model_name}": history_of(model).first().history_id for model in TRACKED}
    assert {head.table: head.last for head in printed} == newest
    assert all(re.fullmatch("[0-9a-f]{64}", version.seal) for model in TRACKED for version in history_of(model))


def test_a_version_says_the_same_in_memory_and_from_either_database():
    demand, _ = demand_of_three_versions()
    campaign = make.make_campaign(languages=["es", "ar"], started_date="2020-06-01", started_precision=7)
    for model, pk in ((Demand, demand.pk), (Campaign, campaign.pk)):
        first = history_of(model).filter(id=pk).last()
        assert first.seal == seal(first, "")


def test_a_known_version_has_a_known_seal():
    """Seals are kept for years: what goes into them is not to change by the way."""
    version = Correction.history.model(
        id=3, campaign_id=1, demand_id=2, kind="correction", sentence="Fué “ayer”.", at="2026-05-06T07:08:09.000010Z",
        history_date="2026-05-06T09:08:09+02:00", history_type="+",
    )  # fmt: skip
    assert seal(version, "ab") == "0824e12557dab3d475ff38b52b4ecf3e466851802f4db92452c965d035c751e8"


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_byte_that_is_flipped_is_found_and_the_version_named(unguarded, which):
    make.make_demand(text="Another.")
    demand, versions = demand_of_three_versions()
    verify()
    unguarded.execute(
        "UPDATE campaigns_historicaldemand SET text = REPLACE(text, 'R', 'S') WHERE history_id = %s", [versions[which]]
    )
    said = complaint()
    assert said.startswith(f"demand {demand.pk}: the version of 20")
    assert f"(history_id {versions[which]}) is not what was sealed" in said
    assert said.count("\n") == (1 if which == 2 else 0)  # the newest is not what the record says either


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("history_date", "2021-01-01T00:00:00+00:00"),
        ("history_type", "-"),
        ("history_change_reason", "x"),
        ("id", 1_000_000),
        ("campaign_id", 1_000_000),
    ],
)
def test_who_when_and_why_are_sealed_too(unguarded, column, value):
    _, versions = demand_of_three_versions()
    command = f"UPDATE campaigns_historicaldemand SET {column} = %s WHERE history_id = %s"  # noqa: S608
    unguarded.execute(command, [value, versions[0]])
    assert f"(history_id {versions[0]})" in complaint()


def test_the_author_is_sealed(unguarded):
    with change(make.make_user()):
        demand = make.make_demand()
    other = make.make_user()
    unguarded.execute("UPDATE campaigns_historicaldemand SET history_user_id = %s", [other.pk])
    assert complaint().startswith(f"demand {demand.pk}: ")


def test_a_version_that_is_taken_from_between_is_missed(unguarded):
    _, versions = demand_of_three_versions()
    unguarded.execute("DELETE FROM campaigns_historicaldemand WHERE history_id = %s", [versions[1]])
    assert f"(history_id {versions[2]}) is not what was sealed, or the one before it is gone" in complaint()


def test_the_first_version_cannot_be_taken_away(unguarded):
    _, versions = demand_of_three_versions()
    unguarded.execute("DELETE FROM campaigns_historicaldemand WHERE history_id = %s", [versions[0]])
    assert f"(history_id {versions[1]})" in complaint()


def _in_bulk(demand):
    demand.text = "Stay."
    Demand.objects.bulk_update([demand], ["text"])


def _run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("noun", "write"),
    [
        ("demand", lambda demand: Demand.objects.filter(pk=demand.pk).update(text="Stay.")),
        ("demand", _in_bulk),
        ("demand", lambda demand: _run("UPDATE campaigns_demand SET parent_id = NULL, note = 'x'")),
        ("demand", lambda demand: _run("UPDATE campaigns_demand SET updated_at = recorded_at")),
        ("citation", lambda demand: _run("UPDATE campaigns_citation SET quote = 'Stay.'")),
        ("citation", lambda demand: _run("DELETE FROM campaigns_citation")),
        ("citation", lambda demand: demand.citations.all()._raw_delete("default")),
    ],
)
def test_what_is_written_past_the_history_is_found_and_the_row_named(noun, write):
    demand, _versions = demand_of_three_versions()
    rows = {"demand": demand.pk, "citation": make.cite(demand).pk}
    make.raise_demand(demand).delete()
    Demand.advance([demand.pk])  # its number says nothing
    verify()
    write(demand)
    assert complaint() == PAST.format(noun, rows[noun])


def test_a_row_that_came_past_the_history_is_found():
    source = make.make_source()
    demand = make.make_demand()
    Citation.objects.bulk_create([Citation(source=source, demand=demand)])
    assert complaint() == PAST.format("citation", Citation.objects.get().pk)


def test_what_the_chain_cannot_tell_the_kept_heads_do(unguarded, tmp_path):
    heads = tmp_path / "heads.txt"
    demand, versions = demand_of_three_versions()
    heads.write_text(verify())
    demand.text = "Resign tomorrow."
    demand.save()
    verify(against=heads)  # what came later does not matter
    unguarded.execute("DELETE FROM campaigns_historicaldemand WHERE history_id >= %s", [versions[2]])
    assert complaint() == PAST.format("demand", demand.pk)
    newest = "SELECT {} FROM campaigns_historicaldemand WHERE history_id = %s"
    unguarded.execute(
        f"UPDATE campaigns_demand SET text = ({newest.format('text')}), updated_at = ({newest.format('updated_at')})",  # noqa: S608
        [versions[1], versions[1]],
    )
    verify()
    lost = f"demand: up to history_id {versions[2]} the versions are not those of the head that was kept"
    assert complaint(against=heads) == lost


def test_a_chain_that_is_made_anew_does_not_fit_the_kept_heads(unguarded, tmp_path):
    heads = tmp_path / "heads.txt"
    demand_of_three_versions()
    heads.write_text(verify())
    for table in ("historicaldemand", "demand"):
        unguarded.execute(f"UPDATE campaigns_{table} SET text = 'Stay.'")  # noqa: S608
    seal_all(history_of(Demand).model)
    verify()
    assert "demand: up to history_id" in complaint(against=heads)


def test_versions_from_before_there_were_seals_get_theirs(unguarded):
    demand_of_three_versions()
    before = list(history_of(Demand).values_list("history_id", "seal"))
    unguarded.execute("UPDATE campaigns_historicaldemand SET seal = ''")
    assert "and 0 more" not in complaint()
    migration = import_module("campaigns.migrations.0009_seals")
    migration.seal(apps, None)
    verify()
    assert list(history_of(Demand).values_list("history_id", "seal")) == before


def test_a_column_that_is_added_later_changes_no_seal():
    """Its default, or nothing, stands in the old versions."""
    demand, _ = demand_of_three_versions()
    version = history_of(Demand).filter(id=demand.pk).last()
    assert (version.note, version.position, version.state) == ("", 0, "published")
    fields = {f.name: f for f in version._meta.concrete_fields if f.name not in ("note", "position")}
    assert len(fields) < len(version._meta.concrete_fields)

    class Older:
        _meta = type("_meta", (), {"concrete_fields": list(fields.values()), "model_name": "historicaldemand"})

        def __getattr__(self, name):
            return getattr(version, name)

    assert seal(Older(), "") == version.seal


@pytest.mark.parametrize("text", ["", "one two", "historicaldemand x " + "a" * 64, "historicaldemand 1 short"])
def test_a_file_that_this_command_did_not_write_is_refused(tmp_path, text):
    path = tmp_path / "heads.txt"
    path.write_text(text)
    if not text:
        verify(against=path)
        return
    assert complaint(against=path) == f"{path}: this is not what verify_history printed."
    assert "No such file" in complaint(against=tmp_path / "none.txt")


def test_the_database_still_refuses_to_change_or_delete_a_version():
    demand_of_three_versions()
    commands = ["UPDATE campaigns_historicaldemand SET seal = ''", "DELETE FROM campaigns_historicaldemand"]
    for command in commands:
        with pytest.raises(DatabaseError, match="The history is never changed"), transaction.atomic():
            connection.cursor().execute(command)
    verify()


def test_what_is_removed_and_made_again_follows_upon_what_was():
    with change():
        statement = make.make_statement(addressees=[make.make_person()])
    part = statement.participants.get()
    pk = part.pk
    part.delete()
    part.pk = pk
    part.save(force_insert=True)
    verify()
    assert len({version.seal for version in history_of(type(part)).filter(id=pk)}) == 3


def test_a_save_asks_once_more_and_a_thousand_rows_ask_as_often_as_one():
    demand = make.make_demand()
    demand.text = "Resign now."
    with CaptureQueriesContext(connection) as captured:
        demand.save()
    assert sum("seal" in query["sql"] and query["sql"].startswith("SELECT") for query in captured) == 1


def test_an_import_in_several_batches_is_sealed(monkeypatch):
    monkeypatch.setattr(history, "_BATCH", 50)
    make_large("large", 120)
    for demand in Demand.objects.all():
        make.cite(demand, Source.objects.first())
    text = io.StringIO()
    write_json(campaign_data(Campaign.objects.get()), text)
    stream = io.BytesIO(text.getvalue().replace('"slug": "large"', '"slug": "copy"').encode())
    import_campaign(stream)
    assert history_of(Statement).filter(campaign__slug="copy").count() == 120
    assert all(not found.broken for found in examine(triggers.histories()))


@pytest.mark.django_db(transaction=True)
def test_those_who_write_at_once_follow_one_upon_the_other():
    demand = make.make_demand(text="0")

    def write(number):
        try:
            for step in range(5):
                with transaction.atomic():
                    row = Demand.objects.select_for_update().get(pk=demand.pk)
                    row.text = f"{number}.{step}"
                    row.save()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert history_of(Demand).filter(id=demand.pk).count() == 21
    verify()

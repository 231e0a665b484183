"""Who changed what when: every way of writing leaves versions, and no way of writing takes one away."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import Collector

from campaigns import triggers
from campaigns.models import (
    PARTS,
    TRACKED,
    Actor,
    Citation,
    Clearance,
    Correction,
    Demand,
    Detail,
    Official,
    Person,
    Private,
    State,
    Statement,
    change,
    history_of,
    remember,
)
from tests import factories as make
from tests.worlds import DERIVED, STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def told(model, pk):
    return [version.history_type for version in history_of(model).filter(id=pk).reverse()]


def test_every_table_of_the_record_has_its_versions():
    tables = {model for model in apps.get_app_config("campaigns").get_models() if not model._meta.proxy}
    tracked = {model._meta.model_name for model in TRACKED}
    ours = {model._meta.model_name for model in tables - set(triggers.histories())}
    # Of the tables of staff one is about the record: who said that a private detail may be public.
    assert (ours - {*DERIVED, *STAFF}) | {"clearance"} == tracked
    assert {model._meta.model_name for model in triggers.histories()} == {f"historical{name}" for name in tracked}


def test_every_link_is_a_part_of_some_record():
    parts = {model for parts in PARTS.values() for model, _ in parts}
    assert parts == {model for model in TRACKED if not hasattr(model, "state")} - {Correction, Clearance}


def test_saving_and_deleting_leave_one_version_each():
    demand = make.make_demand(text="Resign.")
    demand.text = "Resign now."
    demand.save()
    assert [(v.history_type, v.text) for v in history_of(Demand).filter(id=demand.pk)] == [
        ("~", "Resign now."),
        ("+", "Resign."),
    ]
    citation = make.cite(demand, make.make_source())
    pk = citation.pk
    citation.delete()
    assert told(Citation, pk) == ["+", "-"]


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model.__name__)
def test_django_takes_no_short_cut_when_many_rows_are_deleted(model):
    assert Collector("default").can_fast_delete(model._base_manager.all()) is False


def test_every_way_to_write_that_the_code_may_use_leaves_a_version():
    demand = make.make_demand(text="Dig.")
    source = make.make_source()
    citation, _made = Citation.objects.get_or_create(demand=demand, source=source)
    Citation.objects.update_or_create(demand=demand, source=source, defaults={"quote": "Dig!"})
    demand.citations.create(source=make.make_source())
    assert told(Citation, citation.pk) == ["+", "~"]
    pks = list(demand.citations.values_list("pk", flat=True))
    demand.citations.all().delete()
    assert [told(Citation, pk)[-1] for pk in pks] == ["-", "-"]


def test_a_save_of_some_columns_does_not_tell_of_stale_others():
    demand = make.make_demand(text="Resign.", state=State.DRAFT)
    make.raise_demand(demand)
    stale = Demand.objects.get(pk=demand.pk)
    demand.text = "Resign now."
    demand.save()
    stale.publish()
    last = history_of(Demand).filter(id=demand.pk).first()
    assert (last.state, last.text) == ("published", "Resign now.")


@pytest.mark.parametrize("proxy", [Actor, Person, Official])
def test_a_proxy_writes_the_history_of_its_table(proxy):
    pk = make.make_official(name="A. Smith").pk
    row = proxy.objects.get(pk=pk)
    row.name = "A. Smyth"
    row.save()
    assert [version.name for version in history_of(Actor).filter(id=pk)] == ["A. Smyth", "A. Smith"]


def test_what_is_written_in_one_go_has_one_moment_and_one_author():
    ann = User.objects.create_user("ann")
    with change(ann) as outer:
        source = make.make_source()
        with change(reason="import"):
            statement = make.make_statement(sources=[source], signatories=["Forty pastors"])
    assert outer.at > dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    seen = {
        (version.history_date, version.history_user, version.history_change_reason)
        for model in (Statement, Citation)
        for version in history_of(model).all()
    }
    assert seen == {(outer.at, ann, "import")}
    statement.save()
    last = history_of(Statement).first()
    assert (last.history_user, last.history_change_reason, last.history_date > outer.at) == (None, None, True)


def test_the_author_of_a_change_cannot_be_deleted():
    ann = User.objects.create_user("ann")
    with change(ann):
        make.make_demand()
    with pytest.raises(ProtectedError):
        ann.delete()


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model.__name__)
def test_the_database_refuses_to_change_or_delete_a_version(model):
    version = model.history.model
    field = next(field for field in model._meta.concrete_fields if not field.primary_key)
    make.make_campaign()
    row = model.objects.first() or _some(model)
    remember([row], "~")
    before = list(history_of(model).values())
    assert len(before) > 0
    for write in (
        lambda: version.objects.update(**{field.attname: getattr(row, field.attname)}),
        lambda: version.objects.all().delete(),
        lambda: version.objects.update(history_date=dt.datetime(2001, 1, 1, tzinfo=dt.UTC)),
        lambda: version.objects.filter(pk=before[0]["history_id"])._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="The history is never changed"), transaction.atomic():
            write()
    assert list(history_of(model).values()) == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_postgresql_refuses_to_truncate_the_history():
    make.make_demand()
    connection.check_constraints()  # PostgreSQL would refuse it anyway while foreign keys wait for their check
    with pytest.raises(DatabaseError, match="The history is never changed"), transaction.atomic():
        _run("TRUNCATE campaigns_historicaldemand")


@pytest.mark.django_db(transaction=True)
def test_a_flush_is_refused_and_the_tests_own_way_round_leaves_the_triggers_there():
    make.make_demand()
    with pytest.raises(DatabaseError, match="The history is never changed"), transaction.atomic():
        _run("; ".join(connection.ops.sql_flush(no_style(), ["campaigns_historicaldemand"])).partition(";")[0])
    call_command("flush", interactive=False, verbosity=0)  # as a test that commits does at its end
    assert history_of(Demand).count() == 0
    make.make_demand()
    with pytest.raises(IntegrityError, match="The history is never changed"), transaction.atomic():
        history_of(Demand).delete()


def _some(model):
    """Make a row of a link, with everything around it."""
    demand = make.make_demand([make.make_person()])
    letter = make.make_statement(signatories=["Forty pastors"])
    make.raise_demand(demand, letter)
    make.answer(demand, statement=make.make_statement(replies_to=letter))
    make.affect(make.make_event(), demand)
    make.make_outcome(demand)
    make.check(demand, make.make_official())
    make.correct(demand)
    Clearance.objects.allow_by_command([Private(demand, "Title", Detail("phone", "816-555-0142"))], "Press office.")
    return model.objects.first()


def _run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)

"""Rules that span tables, kept by the database itself, on SQLite and PostgreSQL alike.

Django's constraints see one row. These triggers see the rest: both ends of every link belong to one campaign, a
proxy's foreign key leads to its own kind of actor, nothing is published without a source, no version in the history
is changed or deleted, the search index loses its row of a record with the change that makes the row wrong, and the
revision of the record grows with every change, whoever writes it. They are made anew after every migration, because
SQLite drops them when it rebuilds a table, and taken away before one.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["OWNER", "create_triggers", "drop_triggers", "forgetting", "histories", "revising", "triggers"]

#: Through which foreign key a row without a campaign of its own belongs to one; of several, the one that is set.
OWNER: dict[str, tuple[str, ...]] = {
    "membership": ("member",),
    "participant": ("statement",),
    "relation": ("statement",),
    "party": ("demand",),
    "issuance": ("demand",),
    "response": ("statement",),
    "effect": ("event",),
    "check": ("demand", "letter"),
}
#: What cannot be published without a citation, and the citation's foreign key to it.
_SOURCED = ("statement", "event", "outcome")
#: Tables of staff, of which no page for readers shows a row: a try to log in makes no page stale.
_STAFF = ("clearance", "proposedchange", "linkcheck", "logintry", "invitation", "teammember")
_PREFIX = "rule_"


def _foreign_keys(model: type[models.Model]) -> "list[models.ForeignKey[Any, Any]]":
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model._meta.app_label == "campaigns"
    ]


def _campaign_of(model: type[models.Model], pk: str) -> str:
    """Return SQL for the campaign of the row of model whose primary key is the SQL expression pk."""
    table = model._meta.db_table  # a proxy's is its concrete model's
    name = table.removeprefix("campaigns_")
    if name == "campaign":
        return pk
    owners = [key for key in _foreign_keys(model) if key.name in OWNER.get(name, ("campaign",))]
    ways = [
        _campaign_of(owner.related_model, f"(SELECT {owner.column} FROM {table} WHERE id = {pk})") for owner in owners
    ]
    return ways[0] if len(ways) == 1 else f"COALESCE({', '.join(ways)})"


def triggers() -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, table, condition under which a write is refused, what the error says)."""
    for model in apps.get_app_config("campaigns").get_models():
        if model._meta.proxy or model in histories():
            continue
        table, name = model._meta.db_table, model._meta.model_name
        keys = _foreign_keys(model)
        if len(keys) > 1:
            # Each end is looked up once, and what is empty does not count.
            ends = [f"SELECT {_campaign_of(key.related_model, f'NEW.{key.column}')} AS campaign" for key in keys]
            differs = f"(SELECT MIN(campaign) <> MAX(campaign) FROM ({' UNION ALL '.join(ends)}) AS ends)"
            yield f"{name}_one_campaign", table, differs, f"Both ends of a {name} must belong to one campaign."
        for key in keys:
            if kind := getattr(key.related_model, "KIND", None):
                wrong = f"(SELECT kind FROM campaigns_actor WHERE id = NEW.{key.column}) <> '{kind}'"
                yield f"{name}_{key.name}_kind", table, wrong, f"The {key.name} of a {name} must be a {kind.label}."
        if name == "actor":
            yield from _merging(table)
        if name in _SOURCED:
            cited = f"SELECT 1 FROM campaigns_citation WHERE {name}_id = NEW.id AND about = ''"
            yield (
                f"{name}_sourced",
                table,
                f"NEW.state = 'published' AND NOT EXISTS ({cited})",
                f"No source, no publication: the {name} has no citation.",
            )


#: In how many steps one actor may lead to the one that is kept; neither database lets a trigger recurse.
_STEPS = 16


def _merging(table: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is refused of an actor that is the same as another: another kind, and steps that lead back.

    Only a changed step is followed, upwards. A circle longer than that cannot be closed: its last step would lead to a
    way that is too long.
    """
    wrong = f"(SELECT kind FROM {table} WHERE id = NEW.merged_into_id) <> NEW.kind"
    yield "actor_merged_into_kind", table, wrong, "An actor is the same as one of its own kind."
    joins = " ".join(f"LEFT JOIN {table} a{n} ON a{n}.id = a{n - 1}.merged_into_id" for n in range(2, _STEPS + 1))
    passed = ", ".join(f"a{n}.id" for n in range(1, _STEPS + 1))
    unchanged = f"SELECT 1 FROM {table} AS was WHERE was.id = NEW.id AND was.merged_into_id = NEW.merged_into_id"
    circle = (
        f"NEW.merged_into_id IS NOT NULL AND (NEW.merged_into_id = NEW.id OR EXISTS (SELECT 1 FROM {table} a1 {joins}"
        f" WHERE a1.id = NEW.merged_into_id AND (NEW.id IN ({passed}) OR a{_STEPS}.merged_into_id IS NOT NULL)"
        f" AND NOT EXISTS ({unchanged})))"
    )
    yield "actor_merged_into_circle", table, circle, "An actor is the same as another, and no circle of them."


def histories() -> list[type[models.Model]]:
    """Return the models of the versions that the history keeps."""
    return [model for model in apps.get_app_config("campaigns").get_models() if hasattr(model, "history_type")]


def forgetting() -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Yield (name, table, columns, statements): a change of one of the columns, or a deletion, runs the statements.

    They remove from the search index what was made from the old row: its own row there; for an actor's names, those
    of the records that name it; for a campaign's languages, all of its rows.
    """
    config = apps.get_app_config("campaigns")
    index = config.get_model("SearchEntry")._meta.db_table
    forget_all = []
    for model in config.get_models():
        spec: Any = vars(model).get("SEARCHED")
        if spec is None:
            continue
        name, table = model._meta.model_name, model._meta.db_table
        fields: dict[str, Any] = {field.name: field.column for field in model._meta.concrete_fields}
        columns = [fields[field] for field in (*spec.columns, spec.date) if field]
        own = f"DELETE FROM {index} WHERE rowid = {spec.key_sql('OLD.')}"
        yield f"{name}_forgotten", table, columns, [own]
        for field in spec.named:
            naming = f"SELECT {spec.key_sql('')} FROM {table} WHERE {fields[field]} = OLD.id"
            forget = f"DELETE FROM {index} WHERE rowid IN ({naming})"
            yield f"{name}_{field}_forgotten", "campaigns_actor", ["name", "aliases"], [forget]
        forget_all.append(
            f"DELETE FROM {index} WHERE rowid IN (SELECT {spec.key_sql('record.')} FROM {table} AS record"
            f" WHERE {_campaign_of(model, 'record.id')} = OLD.id)"
        )
    yield "campaign_forgotten", "campaigns_campaign", ["language", "languages"], forget_all


def create_triggers(connection: BaseDatabaseWrapper) -> None:
    """Make all triggers anew; none on the way back through the migrations, while a table is missing."""
    drop_triggers(connection)
    needed = {model._meta.db_table for model in apps.get_app_config("campaigns").get_models()}
    with connection.cursor() as cursor:
        if not needed.issubset(connection.introspection.table_names(cursor)):
            return
        for name, table, refused, message in triggers():
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {_PREFIX}{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                    f" IF {refused} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF;"
                    f" RETURN NEW; END $$"
                )
                cursor.execute(
                    f"CREATE TRIGGER {_PREFIX}{name} BEFORE INSERT OR UPDATE ON {table}"
                    f" FOR EACH ROW EXECUTE FUNCTION {_PREFIX}{name}()"
                )
                continue
            for moment in ("insert", "update"):
                cursor.execute(
                    f"CREATE TRIGGER {_PREFIX}{name}_{moment} BEFORE {moment.upper()} ON {table} FOR EACH ROW"
                    f" WHEN {refused} BEGIN SELECT RAISE(ABORT, '{message}'); END"
                )
        _create_forgetting(connection, cursor)
        _create_keeping(connection, cursor)
        _create_revising(connection, cursor)
    revisions: Any = apps.get_app_config("campaigns").get_model("Revision")._default_manager
    revisions.using(connection.alias).begin()


def _create_forgetting(connection: BaseDatabaseWrapper, cursor: Any) -> None:
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    for name, table, columns, statements in forgetting():
        changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)
        body = f"{'; '.join(statements)};"
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_PREFIX}{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" {body} RETURN NULL; END $$"
            )
            body = f"EXECUTE FUNCTION {_PREFIX}{name}()"
        else:
            body = f"BEGIN {body} END"
        for moment, when in (("update", f"WHEN ({changed})"), ("delete", "")):
            cursor.execute(
                f"CREATE TRIGGER {_PREFIX}{name}_{moment} AFTER {moment.upper()} ON {table} FOR EACH ROW {when} {body}"
            )


def revising() -> Iterator[str]:
    """Yield the tables of which every change raises the revision: all that a public page can show."""
    for model in apps.get_app_config("campaigns").get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed or model in histories():
            continue
        if model._meta.model_name not in ("revision", *_STAFF):
            yield model._meta.db_table


def _create_revising(connection: BaseDatabaseWrapper, cursor: Any) -> None:
    """In PostgreSQL at the end of the transaction and once in it: until then no writer holds the row from another."""
    raise_it = "UPDATE campaigns_revision SET number = number + 1"
    if connection.vendor == "postgresql":
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {_PREFIX}revised() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF current_setting('record.revised', true) IS DISTINCT FROM txid_current()::text THEN {raise_it};"
            f" PERFORM set_config('record.revised', txid_current()::text, true); END IF; RETURN NULL; END $$"
        )
    for table in revising():
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE CONSTRAINT TRIGGER {_PREFIX}revised AFTER INSERT OR UPDATE OR DELETE ON {table}"
                f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {_PREFIX}revised()"
            )
            continue
        for moment in ("insert", "update", "delete"):
            cursor.execute(
                f"CREATE TRIGGER {_PREFIX}{table}_revised_{moment} AFTER {moment.upper()} ON {table}"
                f" FOR EACH ROW BEGIN {raise_it}; END"
            )


def _create_keeping(connection: BaseDatabaseWrapper, cursor: Any) -> None:
    """Refuse to change or delete a version, and in PostgreSQL, where a row's trigger does not see it, to truncate."""
    message = "The history is never changed."
    if connection.vendor == "postgresql":
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {_PREFIX}history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END $$"
        )
    for model in histories():
        table, name = model._meta.db_table, f"{_PREFIX}{model._meta.model_name}"
        if connection.vendor == "postgresql":
            for trigger, moment in (("row", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
                each = "ROW" if trigger == "row" else "STATEMENT"
                cursor.execute(
                    f"CREATE TRIGGER {name}_{trigger} BEFORE {moment} ON {table}"
                    f" FOR EACH {each} EXECUTE FUNCTION {_PREFIX}history()"
                )
            continue
        for moment in ("update", "delete"):
            cursor.execute(
                f"CREATE TRIGGER {name}_{moment} BEFORE {moment.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Drop every trigger of ours, also those that an older version made."""
    pattern = _PREFIX.replace("_", r"\_") + "%"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s AND NOT tgisinternal",
                [pattern],
            )
            for name, table in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name} ON {table}")
            cursor.execute(
                "SELECT proname FROM pg_proc WHERE proname LIKE %s AND pronargs = 0"
                " AND pronamespace = current_schema()::regnamespace",
                [pattern],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP FUNCTION {name}()")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ESCAPE '\\'", [pattern])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")

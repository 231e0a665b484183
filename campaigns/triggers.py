"""Rules that span tables, kept by the database itself, on SQLite and PostgreSQL alike.

Django's constraints see one row. These triggers see the rest: both ends of every link belong to one campaign, a
proxy's foreign key leads to its own kind of actor, and nothing is published without a source. They are made anew
after every migration, because SQLite drops them when it rebuilds a table, and taken away before one.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["create_triggers", "drop_triggers", "triggers"]

#: Through which foreign key a row without a campaign of its own belongs to one.
_OWNER = {
    "membership": "member",
    "participant": "statement",
    "relation": "statement",
    "party": "demand",
    "issuance": "demand",
    "response": "statement",
    "effect": "event",
    "check": "demand",
}
#: What cannot be published without a citation, and the citation's foreign key to it.
_SOURCED = ("statement", "event", "outcome")
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
    owner = next(key for key in _foreign_keys(model) if key.name == _OWNER.get(name, "campaign"))
    return _campaign_of(owner.related_model, f"(SELECT {owner.column} FROM {table} WHERE id = {pk})")


def triggers() -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, table, condition under which a write is refused, what the error says)."""
    for model in apps.get_app_config("campaigns").get_models():
        if model._meta.proxy:
            continue
        table, name = model._meta.db_table, model._meta.model_name
        keys = _foreign_keys(model)
        if len(keys) > 1:
            campaigns = [_campaign_of(key.related_model, f"NEW.{key.column}") for key in keys]
            first = f"COALESCE({', '.join(campaigns)})"
            differs = " OR ".join(f"{campaign} <> {first}" for campaign in campaigns)
            yield f"{name}_one_campaign", table, differs, f"Both ends of a {name} must belong to one campaign."
        for key in keys:
            if kind := getattr(key.related_model, "KIND", None):
                wrong = f"(SELECT kind FROM campaigns_actor WHERE id = NEW.{key.column}) <> '{kind}'"
                yield f"{name}_{key.name}_kind", table, wrong, f"The {key.name} of a {name} must be a {kind.label}."
        if name in _SOURCED:
            cited = f"SELECT 1 FROM campaigns_citation WHERE {name}_id = NEW.id AND about = ''"
            yield (
                f"{name}_sourced",
                table,
                f"NEW.state = 'published' AND NOT EXISTS ({cited})",
                f"No source, no publication: the {name} has no citation.",
            )


def create_triggers(connection: BaseDatabaseWrapper) -> None:
    """Make all triggers anew."""
    drop_triggers(connection)
    with connection.cursor() as cursor:
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
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ESCAPE '\\'", [pattern])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")

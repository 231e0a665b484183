"""The column that holds a record's tokens, and how each database is asked for them."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup

from campaigns.text.words import BOUNDARY, campaign_token

__all__ = ["Group", "Match", "Phrase", "WordsField"]

#: Tokens that stand side by side, in this order.
Phrase = tuple[str, ...]


#: At least one of these phrases.
Group = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What a row must hold: of each group at least one phrase; none of the excluded; not all of the groups in unless.

    Tokens are ASCII letters and digits, so neither language of queries needs anything escaped.
    """

    required: tuple[Group, ...]
    excluded: Group = ()
    unless: tuple[Group, ...] = ()

    def within(self, campaign: int) -> "Match":
        """Return the same for the rows of a campaign."""

        def own(group: Group) -> Group:
            return tuple(tuple(campaign_token(campaign, token) for token in phrase) for phrase in group)

        return Match(tuple(map(own, self.required)), own(self.excluded), tuple(map(own, self.unless)))

    def expression(self, vendor: str) -> str:
        """Return what the database is asked for."""
        return self.tsquery() if vendor == "postgresql" else self.fts5()

    def fts5(self) -> str:
        """Return the expression for SQLite."""

        def all_of(groups: tuple[Group, ...]) -> str:
            return " AND ".join(f"({any_of(group)})" for group in groups)

        def any_of(group: Group) -> str:
            return " OR ".join(f'"{" ".join(phrase)}"' for phrase in group)

        refused = [f"({part})" for part in (any_of(self.excluded), all_of(self.unless)) if part]
        return " NOT ".join([f"({all_of(self.required)})", *refused])

    def tsquery(self) -> str:
        """Return the expression for PostgreSQL, for a cast: no dictionary reads it."""

        def all_of(groups: tuple[Group, ...]) -> str:
            return " & ".join(f"({any_of(group)})" for group in groups)

        def any_of(group: Group) -> str:
            return " | ".join(f"({' <-> '.join(phrase)})" for phrase in group)

        refused = [f"!({part})" for part in (any_of(self.excluded), all_of(self.unless)) if part]
        return " & ".join([all_of(self.required), *refused])


class WordsField(models.Field):  # type: ignore[type-arg]  # only its stubs are generic
    """Tokens in their order: the text of an FTS5 table in SQLite, a tsvector in PostgreSQL."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type."""
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> str:
        """Write the tokens; in PostgreSQL with their positions, so that nothing there has to take them apart."""
        if connection.vendor != "postgresql":
            return " ".join(value)
        return " ".join(f"{token}:{place}" for place, token in enumerate(value, 1) if token != BOUNDARY)


@WordsField.register_lookup
class Matches(Lookup):
    """``words__matches=Match(…)``."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """Return the condition."""
        column, params = self.process_lhs(compiler, connection)
        operator = "@@ %s::tsquery" if connection.vendor == "postgresql" else "MATCH %s"
        return f"{column} {operator}", (*params, self.rhs.expression(connection.vendor))

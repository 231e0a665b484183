"""What stands between a record of the file and publication; and what would be left naming an unpublished one."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from campaigns import models, schemas
from campaigns.campaign_file.checking.slugs import Found, Record, Records, a, listed, text_of
from campaigns.campaign_file.existing import Existing, outcome_label
from campaigns.campaign_file.problems import shown
from campaigns.campaign_file.reading.parsing import Keys
from campaigns.campaign_file.reading.schema_paths import Path, mappings, references
from campaigns.models import UNREADY, State

__all__ = ["unpublishable"]

#: Keys whose records must be published before the one that names them.
_NAMING = frozenset(
    {
        "parent",
        "organization",
        "speaker",
        "on_behalf_of",
        "co_speakers",
        "addressed_to",
        "signatories",
        "part_of",
        "successor_of",
        "decision_makers",
        "assessor",
        "sources",
    }
)
_SCHEMAS: dict[str, type[schemas.Base]] = {
    "organization": schemas.Organization,
    "person": schemas.Person,
    "post": schemas.Post,
    "demand": schemas.Demand,
    "statement": schemas.Statement,
    "event": schemas.Event,
    "source": schemas.Source,
}
_SOURCED = ("statement", "event", "outcome")
#: What a statement answers, by key: without it the stance is lost. One that was withdrawn says itself why.
_ANSWERED = {"demand": "demand", "letter": "statement"}


def unpublishable(existing: Existing, records: Records, *, prune: bool) -> Iterator[Found]:
    """Yield what a record lacks that is published after the import, and what it names that then is not."""
    return _Publication(existing, records, prune=prune).run()


class _Publication:
    def __init__(self, existing: Existing, records: Records, *, prune: bool) -> None:
        self.existing, self.records, self.prune = existing, records, prune
        #: What has a source in the database that the import leaves there.
        self.cited = {
            (name, getattr(row, f"{name}_id"))
            for row in existing.links[models.Citation]
            for name in _SOURCED
            if not row.about and not prune
        }
        demands = {row.pk: row for row in existing.demands.values()}
        letters = {row.pk: row for row in existing.statements.values()}
        #: The demands that have an occasion or a source in the database, and the slugs of what they are parts of there.
        self.grounded = {row.demand_id for row in existing.links[models.Citation] if row.demand_id and not row.about}
        for row in existing.links[models.Issuance]:
            if row.statement_id is None or letters[row.statement_id].state not in UNREADY:
                self.grounded.add(row.demand_id)
        self.wholes = {pk: demands[row.parent_id].slug for pk, row in demands.items() if row.parent_id}
        #: Whom a record of the file names in the file, by namespace and slug.
        self.named: dict[int, set[int]] = {}

    def run(self) -> Iterator[Found]:
        outcomes = {(row.demand_id, row.when.isoformat(), row.status): row for row in self.existing.outcomes}
        for record in list(self.records.in_file()):
            if record.path is None or record.data is None:
                continue
            if record.after == State.PUBLISHED:
                yield from self._record(record, record.path, record.data, _SCHEMAS[record.noun])
            if record.noun != "demand":
                continue
            for number, item in enumerate(listed(record.data, "outcomes")):
                if isinstance(item, Keys):
                    pk = record.row.pk if record.row is not None else 0
                    row = outcomes.get((pk, text_of(item, "date"), text_of(item, "status")))
                    at = (*record.path, "outcomes", number)
                    yield from self._outcome(record, self.records.made("outcome", "", at, item, row))
        if any(record.row is not None and record.before != record.after for record in self.records.in_file()):
            yield from self._left_behind()

    def _outcome(self, demand: Record, outcome: Record) -> Iterator[Found]:
        if outcome.after != State.PUBLISHED or outcome.path is None or outcome.data is None:
            return
        yield from self._record(outcome, outcome.path, outcome.data, schemas.Outcome)
        if demand.after != State.PUBLISHED:
            yield outcome.path, f"the outcome is published and its demand {_is(demand)}", "a published demand"

    def _record(self, record: Record, path: Path, item: Keys, schema: type[schemas.Base]) -> Iterator[Found]:
        pk = record.row.pk if record.row is not None else None
        if record.noun in _SOURCED and not listed(item, "sources") and (record.noun, pk) not in self.cited:
            yield path, f"the {record.noun} is published without a source", "sources: with one slug at least"
        if record.noun == "statement" and not (text_of(item, "summary") or text_of(item, "quote")):
            yield path, "the statement is published and says nothing", "a summary or a quote"
        if record.noun == "source" and not (text_of(item, "url") or text_of(item, "title")):
            yield path, "the source is published and cannot be found", "a url or a title"
        # One that readers see already without is no worse for the file, which may be what puts it right.
        stood = record.before == State.PUBLISHED and pk not in self.grounded
        if record.noun == "demand" and not stood and not self._has_ground(record, set()):
            message = "the demand is published without an occasion on which it was raised, and without a source"
            yield path, message, "raised: or sources:, with one item at least"
        if same := text_of(item, "merged_into"):
            message = f"the {record.noun} is published and is the same as “{shown(same)}”"
            yield (*path, "merged_into"), message, "state: withdrawn, with a withdrawal_reason"
        for at, noun, slug in self._names(path, item, schema):
            named = self.records.get(noun, slug)
            if named is None:
                continue
            self.named.setdefault(id(record), set()).add(id(named))
            if named.after != State.PUBLISHED:
                message = f"the {record.noun} is published and names “{shown(slug)}”, which {_is(named)}"
                yield at, message, f"{a(noun)} that is published"
        for number, answered in enumerate(listed(item, "responds_to") if record.noun == "statement" else ()):
            for key, noun in _ANSWERED.items() if isinstance(answered, Keys) else ():
                slug = text_of(answered, key)
                named = self.records.get(noun, slug) if slug else None
                if named is not None and named.after in UNREADY:
                    message = f"the statement is published and answers “{shown(slug)}”, which {_is(named)}"
                    yield (*path, "responds_to", number, key), message, f"{a(noun)} that is published"

    def _has_ground(self, demand: Record, passed: set[str]) -> bool:
        """Say whether a published demand has an occasion or a source; a part may have its whole's.

        What the database has of them and the file leaves out counts where it stays. A letter that was withdrawn counts:
        in the desk it is withdrawn without its demands, and what the desk can hold a file can bring.
        """
        passed.add(demand.slug)
        data = demand.data
        if data is not None and listed(data, "sources"):
            return True
        for raised in listed(data, "raised") if data is not None else ():
            letter = self.records.get("statement", text_of(raised, "statement")) if isinstance(raised, Keys) else None
            if letter is None or letter.after not in UNREADY:
                return True
        if demand.row is not None and (data is None or not self.prune) and demand.row.pk in self.grounded:
            return True
        above = text_of(data, "part_of") if data is not None else self.wholes.get(demand.row.pk, "")
        whole = self.records.get("demand", above) if above and above not in passed else None
        return whole is not None and self._has_ground(whole, passed)

    def _names(self, path: Path, item: Keys, schema: type[schemas.Base]) -> Iterator[tuple[Path, str, str]]:
        """Yield (path, noun, slug) of whatever must be published before this record."""
        for at, model, mapping in mappings(item, schema, path):
            key = at[len(path)] if len(at) > len(path) else None
            if key in (None, "sources", "disputed"):
                for reference in references(mapping, model, at):
                    if key or reference[0][len(path)] in _NAMING:
                        yield reference

    def _left_behind(self) -> Iterator[Found]:
        """What the database has and the file leaves alone names only what is published, too."""
        for namer, named in self._names_in_database():
            if namer.path and (self.prune or id(named) in self.named.get(id(namer), ())):
                continue
            fine = namer.after != State.PUBLISHED or named.after == State.PUBLISHED
            if fine or named.before != State.PUBLISHED == namer.before:
                continue
            if namer.path:
                message = f"the {namer.noun} is published and names “{shown(named.slug)}” in the database"
                yield namer.path, f"{message}, which {_is(named)}", f"{a(named.noun)} that is published"
            elif named.path:
                message = f"the {namer.noun} “{shown(namer.slug)}” in the database is published and names it"
                yield named.path, f"{message}, and it {_is(named)}", "state: published"

    def _names_in_database(self) -> Iterator[tuple[Record, Record]]:
        """Yield (who names, who is named); columns of records in the file are the file's, so only links of those."""
        by_pk: dict[type[Model], dict[int, Record]] = {}
        for records in self.records.by_slug.values():
            for record in records.values():
                if record.row is not None:
                    by_pk.setdefault(type(record.row), {})[record.row.pk] = record
        for row in self.existing.outcomes:
            label = outcome_label(by_pk[models.Demand][row.demand_id].slug, row)
            by_pk.setdefault(models.Outcome, {})[row.pk] = self.records.made("outcome", label, None, None, row)
        for model, columns in _COLUMNS.items():
            for record in list(by_pk.get(model, {}).values()):
                if record.path is None:
                    yield from _ends(by_pk, record, record.row, columns)
        for model, (owners, columns) in _LINKS.items():
            for row in self.existing.links[model]:
                for column, owner in owners.items():
                    if pk := getattr(row, column):
                        yield from _ends(by_pk, by_pk[owner][pk], row, columns)


#: Columns by which a record names others.
_COLUMNS: dict[type[Model], dict[str, type[Model]]] = {
    models.Actor: {"parent_id": models.Actor, "organization_id": models.Actor},
    models.Statement: {"speaker_id": models.Actor, "on_behalf_of_id": models.Actor},
    models.Demand: {"parent_id": models.Demand, "predecessor_id": models.Demand},
    models.Outcome: {"assessor_id": models.Actor, "demand_id": models.Demand},
}
#: Links by which it does: columns that lead to who names, columns that lead to who is named.
_LINKS: dict[type[Model], tuple[dict[str, type[Model]], dict[str, type[Model]]]] = {
    models.Participant: ({"statement_id": models.Statement}, {"actor_id": models.Actor}),
    models.Party: ({"demand_id": models.Demand}, {"actor_id": models.Actor}),
    models.Citation: (
        {
            "statement_id": models.Statement,
            "demand_id": models.Demand,
            "event_id": models.Event,
            "outcome_id": models.Outcome,
        },
        {"source_id": models.Source},
    ),
}


def _ends(
    by_pk: dict[type[Model], dict[int, Record]], namer: Record, row: Any, columns: dict[str, type[Model]]
) -> Iterator[tuple[Record, Record]]:
    for column, model in columns.items():
        if pk := getattr(row, column):
            yield namer, by_pk[model][pk]


def _is(record: Record) -> str:
    """Return “is a draft”, “is in review” or “is withdrawn”."""
    return "is a draft" if record.after == State.DRAFT else f"is {State(record.after).label}"

"""Links of a file → rows: found by what they connect, put into the file's order, never deleted unasked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model

from campaigns import models
from campaigns.campaign_file.existing import LINKS, PARTICIPANT_KEYS, Existing
from campaigns.campaign_file.report import Tally
from campaigns.models import Actor, PartialDate, Party, Versioned

__all__ = ["BATCH", "Link", "Links", "Noun", "batches", "rising"]

#: Rows in one query. More are no faster and take more memory.
BATCH = 1000

T = TypeVar("T")
Values = dict[str, Any]


@dataclass(slots=True, eq=False)
class Noun:
    """A record of the file and its row."""

    kind: str
    label: str
    row: Any
    created: bool
    #: The columns that the import changed, and the keys whose links it changed.
    changes: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Link:
    """A link of the file: under which key of which record, and its columns."""

    owner: Noun
    key: str
    values: Values
    #: What a citation supports, when that is a link too.
    holder: "Link | None" = None
    row: Any = None
    created: bool = False


#: Columns that make a link the same link, and columns that choose where several are the same by these.
_SAME: dict[type[Model], tuple[tuple[str, ...], tuple[str, ...]]] = {
    models.Membership: (
        ("member_id", "organization_id", "post_id"),
        ("start_date", "start_precision", "end_date", "end_precision"),
    ),
    models.Participant: (("statement_id", "role", "actor_id", "label"), ()),
    models.Relation: (("statement_id", "kind", "to_id"), ()),
    models.Party: (("demand_id", "role", "actor_id"), ()),
    models.Issuance: (("demand_id", "statement_id"), ("date", "precision")),
    models.Response: (("statement_id", "demand_id", "letter_id"), ()),
    models.Effect: (("event_id", "demand_id"), ()),
    models.Check: (
        ("demand_id", "letter_id", "addressee_id", "date", "precision", "found", "reported_by_id"),
        (),
    ),
    models.Citation: (
        (*(f"{name}_id" for name in models.Citation.SUBJECTS), "source_id", "about", "says"),
        ("quote", "place"),
    ),
}


#: The columns that lead to the record under which a link stands; of two, the one that is set.
_OWNER: dict[type[Model], dict[str, type[Model]]] = {
    models.Participant: {"statement_id": models.Statement},
    models.Relation: {"statement_id": models.Statement},
    models.Response: {"statement_id": models.Statement},
    models.Party: {"demand_id": models.Demand},
    models.Issuance: {"demand_id": models.Demand},
    models.Check: {"demand_id": models.Demand, "letter_id": models.Statement},
    models.Effect: {"event_id": models.Event},
}
#: The links that citations support, and the citation's column for each.
_CITED: dict[type[Model], str] = {
    models.Membership: "membership_id",
    models.Issuance: "issuance_id",
    models.Check: "look_id",
}
_PARTY_KEYS: dict[str, str] = {
    Party.Role.ADDRESSEE: "addressed_to",
    Party.Role.DECISION_MAKER: "decision_makers",
}


class Links:
    """The links of one import."""

    def __init__(self, existing: Existing) -> None:
        """Begin without any."""
        self.existing = existing
        self.wanted: dict[type[Model], list[Link]] = {model: [] for model in LINKS}

    def add(self, model: type[Model], owner: Noun, key: str, values: Values, holder: Link | None = None) -> Link:
        """Note a link; links of one list are added in its order."""
        link = Link(owner, key, values, holder)
        self.wanted[model].append(link)
        return link

    def write(self, nouns: dict[tuple[type[Model], int], Noun], *, prune: bool) -> dict[str, Tally]:
        """Write all links and return a tally for each kind of them; owners note what changed under which key."""
        deleted: list[tuple[type[Model], list[Any]]] = []
        tallies = {}
        for model, links in self.wanted.items():
            tally = tallies[str(model._meta.verbose_name_plural)] = Tally()
            self._find(model, links)
            self._save(model, links, tally)
            matched = {link.row.pk for link in links}
            spare = [row for row in self.existing.links[model] if row.pk not in matched]
            owned = [(row, nouns.get(self._owner(row))) for row in spare]
            # A link of a record that is not in the file is not missing in it.
            missing = [(row, owner) for row, owner in owned if owner is not None]
            for row, owner in missing:
                key, label = self._label(row)
                (tally.deleted if prune else tally.kept).append(f"{owner.label} › {key}: {label}")
                if prune:
                    owner.changes[key] = None
            deleted.append((model, [row.pk for row, _ in missing]))
        if prune:
            for model, keys in reversed(deleted):  # citations before the links that they support
                for batch in batches(keys):
                    model._default_manager.filter(pk__in=batch).delete()
        return tallies

    def _find(self, model: type[Model], links: list[Link]) -> None:
        """Give each link its row, where there is one."""
        for link in links:
            if link.holder is not None:
                link.values[_CITED[type(link.holder.row)]] = link.holder.row.pk
        same, rather = _SAME[model]
        left = self.existing.links[model]
        for columns in ([*same, *rather], same) if rather else [same]:
            rows = defaultdict(list)
            for row in left:
                rows[tuple(getattr(row, column) for column in columns)].append(row)
            for link in links:
                if link.row is None:
                    candidates = rows[tuple(link.values[column] for column in columns)]
                    row = next((row for row in candidates if columns is not same or _may_be(row, link.values)), None)
                    if row is not None:
                        candidates.remove(row)
                        link.row = row
            left = [row for alike in rows.values() for row in alike]

    def _save(self, model: type[Any], links: list[Link], tally: Tally) -> None:
        """Create or update the row of each link."""
        if hasattr(model, "position"):
            lists: dict[Any, list[Link]] = defaultdict(list)
            for link in links:
                lists[id(link.holder or link.owner), link.key].append(link)
            for listed in lists.values():
                for link, position in zip(listed, rising(link.row for link in listed), strict=True):
                    link.values["position"] = position
        changed: dict[str, None] = {}
        new, old = [], []
        for link in links:
            if link.row is None:
                link.row = model(**link.values)
                link.created = True
                new.append(link.row)
                tally.created.append(link.owner.label)
                link.owner.changes[link.key] = None
                continue
            different = {name: None for name, value in link.values.items() if getattr(link.row, name) != value}
            for name in different:
                setattr(link.row, name, link.values[name])
            if different:
                if isinstance(link.row, Versioned):
                    link.row.version += 1
                    different["version"] = None
                changed |= different
                old.append(link.row)
                link.owner.changes[link.key] = None
            (tally.updated if different else tally.unchanged).append(link.owner.label)
        model.objects.bulk_create(new, batch_size=BATCH)
        models.remember(new, "+")
        if old:
            model.objects.bulk_update(old, list(changed), batch_size=BATCH)
            models.remember(old, "~")

    def _owner(self, row: Any) -> tuple[Any, int]:
        """Return the record under which a link stands in the file: its model and key."""
        if isinstance(row, models.Membership):
            return Actor, (row.organization_id or 0) if self.in_members(row) else row.member_id
        if isinstance(row, models.Citation):
            subject = next(name for name in row.SUBJECTS if getattr(row, f"{name}_id") is not None)
            model, pk = models.Citation._meta.get_field(subject).related_model, getattr(row, f"{subject}_id")
            return self._owner(self._rows[model][pk]) if model in LINKS else (model, pk)
        found = ((model, getattr(row, column)) for column, model in _OWNER[type(row)].items())
        return next((model, pk) for model, pk in found if pk is not None)

    def in_members(self, row: models.Membership) -> bool:
        """Say whether a membership stands among its organization's members, and not among its member's roles."""
        return row.post_id is None and self._actors[row.member_id].kind == Actor.Kind.ORGANIZATION

    @cached_property
    def _actors(self) -> dict[int, Actor]:
        return {actor.pk: actor for actor in self.existing.actors.values()}

    @cached_property
    def _rows(self) -> dict[type[Model], dict[int, Any]]:
        """The links that citations support, by key."""
        return {model: {row.pk: row for row in self.existing.links[model]} for model in _CITED}

    @cached_property
    def _slugs(self) -> dict[str, dict[int, str]]:
        """The slugs of what links lead to, by the name of the column."""
        existing = self.existing
        actors, demands, statements, sources = (
            {row.pk: slug for slug, row in rows.items()}
            for rows in (existing.actors, existing.demands, existing.statements, existing.sources)
        )
        return {
            "actor_id": actors,
            "member_id": actors,
            "organization_id": actors,
            "post_id": actors,
            "addressee_id": actors,
            "demand_id": demands,
            "letter_id": statements,
            "to_id": statements,
            "statement_id": statements,
            "source_id": sources,
        }

    def _label(self, row: Any) -> tuple[str, str]:
        """Return the key under which a link would stand, and what it leads to."""

        def slug(*columns: str) -> str:
            found = (self._slugs[column].get(getattr(row, column)) for column in columns)
            return next((slug for slug in found if slug), "")

        match row:
            case models.Membership():
                return (
                    ("members", slug("member_id"))
                    if self.in_members(row)
                    else ("roles", slug("post_id", "organization_id"))
                )
            case models.Participant():
                return PARTICIPANT_KEYS[row.role], slug("actor_id") or row.label
            case models.Relation():
                return row.kind, slug("to_id")
            case models.Party():
                return _PARTY_KEYS[row.role], slug("actor_id")
            case models.Issuance():
                return "raised", slug("statement_id") or row.when.isoformat()
            case models.Response():
                return "responds_to", slug("demand_id", "letter_id")
            case models.Effect():
                return "affects", slug("demand_id")
            case models.Check():
                return "checks", ", ".join(part for part in (slug("addressee_id"), row.when.isoformat()) if part)
        return ("disputed" if row.about else "sources"), slug("source_id")


def _may_be(row: Any, values: Values) -> bool:
    """Say whether a row can be the link that the file means, when only its dates are others.

    Another term in the same post is another role, and another day another occasion; a corrected date is neither.
    """
    if isinstance(row, models.Membership):
        mine = row.start_date or date.min, row.end.last if row.end else date.max
        theirs = values["start_date"] or date.min, values["end_date"] or date.max
        return mine[0] <= theirs[1] and theirs[0] <= mine[1]
    if isinstance(row, models.Issuance) and row.statement_id is None:
        when = PartialDate(values["date"], values["precision"])
        return row.when.overlaps(when.first, when.last)
    return True


def rising(rows: Iterable[Any]) -> Iterator[int]:
    """Yield positions that put rows, None for new ones, into this order, and keep theirs where it is in order."""
    last: tuple[int, float] = (-1, 0)
    for row in rows:
        if row is not None and (row.position, row.pk) > last:
            last = row.position, row.pk
        else:
            last = last[0] + 1, row.pk if row is not None else float("inf")
        yield last[0]


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the items in portions for one query each."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]

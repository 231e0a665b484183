"""A campaign → its file, YAML or JSON: always the same bytes for the same records.

Two columns never leave: primary keys, and when a record was last changed.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TextIO, TypeVar

from django.db.models import Model

from campaigns import models, schemas
from campaigns.campaign_file.existing import PARTICIPANT_KEYS, SAME, links_of
from campaigns.campaign_file.writing.yaml_text import yaml_lines
from campaigns.models import Actor, PartialDate, Party, Precision, Relation, State

__all__ = ["campaign_data", "write_json", "write_yaml"]

S = TypeVar("S", bound=schemas.Base)

HEADER = """\
# A campaign file: everything this record says about one campaign, with its sources.
# Dates are texts with their precision: "2021-04" is April 2021. Quotations are exact, slips included.
# Every key is explained in docs/campaign-file.md. Read it back with: manage.py import_campaign FILE
"""
_SUBJECTS = tuple(f"{name}_id" for name in models.Citation.SUBJECTS)
_CORRECTED = tuple(f"{name}_id" for name in models.Correction.SUBJECTS)


def campaign_data(campaign: models.Campaign, *, public: bool = False) -> dict[str, Any]:
    """Return the campaign as the plain data of its file: mappings, lists, texts, numbers, true and null.

    With ``public`` only what every reader may see, without the keys that are about publication. 17 queries at any size.
    """
    return _Writer(campaign, public=public).file().model_dump(mode="json", exclude_defaults=True, warnings=False)


def write_json(data: dict[str, Any], stream: TextIO) -> None:
    """Write the data as JSON, indented, as UTF-8 text."""
    json.dump(data, stream, ensure_ascii=False, indent=2)
    stream.write("\n")


def write_yaml(data: dict[str, Any], stream: TextIO) -> None:
    """Write the data as YAML, the sections apart."""
    stream.write(HEADER)
    for key, value in data.items():
        stream.write("\n")
        stream.writelines(f"{line}\n" for line in yaml_lines({key: value}))


class _Writer:
    """One export: every table read once, then put together."""

    def __init__(self, campaign: models.Campaign, *, public: bool) -> None:
        self.campaign, self.public = campaign, public
        in_time = ("date", "precision", "position", "pk")
        self.actors = self._nouns(Actor, "pk")
        self.sources = self._nouns(models.Source, "pk")
        self.demands = self._nouns(models.Demand, "position", "pk")
        self.statements = self._nouns(models.Statement, *in_time)
        self.events = self._nouns(models.Event, *in_time)
        self.outcomes = self._nouns(models.Outcome, *in_time)
        self.memberships = self._links(models.Membership, "position", "pk")
        self.participants = _grouped(self._links(models.Participant, "position", "pk"), "statement_id", "role")
        self.relations = _grouped(self._links(models.Relation, "position", "pk"), "statement_id", "kind")
        self.parties = _grouped(self._links(models.Party, "position", "pk"), "demand_id", "role")
        self.issuances = _grouped(self._links(models.Issuance, "position", "pk"), "demand_id")
        self.responses = _grouped(self._links(models.Response, "position", "pk"), "statement_id")
        self.effects = _grouped(self._links(models.Effect, "position", "pk"), "event_id")
        self.checks = _grouped(self._links(models.Check, "date", "precision", "pk"), "demand_id", "letter_id")
        self.citations = _grouped(self._links(models.Citation, "position", "pk"), *_SUBJECTS)
        corrections = models.Correction.objects.filter(campaign=campaign)
        told = (corrections.published() if public else corrections).order_by("at", "pk")
        self.corrections = _grouped(told, *_CORRECTED)

    def _nouns(self, model: type[Any], *order: str) -> dict[int, Any]:
        rows = model.objects.filter(campaign=self.campaign)
        return {row.pk: row for row in (rows.published() if self.public else rows).order_by(*order)}

    def _links(self, model: type[Any], *order: str) -> list[Any]:
        rows: Any = links_of(model, self.campaign)
        return list((rows.published() if self.public else rows).order_by(*order))

    def file(self) -> schemas.CampaignFile:
        """Return the whole campaign."""
        kinds: dict[str, list[Actor]] = {kind: [] for kind in Actor.Kind}
        for actor in self.actors.values():
            kinds[actor.kind].append(actor)
        members, roles = self._members_and_roles()
        return _make(
            schemas.CampaignFile,
            campaign=_make(
                schemas.Campaign,
                self.campaign,
                started=_partial(self.campaign.started),
                **self._settings(),
                **self._publication(self.campaign),
            ),
            organizations=[
                _make(
                    schemas.Organization,
                    row,
                    kind=row.classification,
                    scope=row.scope,
                    parent=self._slug(self.actors, row.parent_id),
                    **_span(row),
                    members=[self._member(member) for member in members[row.pk]],
                    **self._actor(row, roles),
                )
                for row in kinds[Actor.Kind.ORGANIZATION]
            ],
            people=[_make(schemas.Person, row, **self._actor(row, roles)) for row in kinds[Actor.Kind.PERSON]],
            posts=[
                _make(
                    schemas.Post,
                    row,
                    organization=self._slug(self.actors, row.organization_id),
                    speaks_for=row.speaks_for,
                    **_span(row),
                    **self._actor(row, roles),
                )
                for row in kinds[Actor.Kind.POST]
            ],
            demands=self._demands(),
            statements=[self._statement(row) for row in self.statements.values()],
            events=[self._event(row) for row in self.events.values()],
            sources=[
                _make(
                    schemas.Source,
                    row,
                    published=_partial(row.published),
                    accessed=row.accessed.isoformat() if row.accessed else "",
                    **self._publication(row),
                )
                for row in self.sources.values()
            ],
        )

    def _settings(self) -> dict[str, Any]:
        """Return how the team works, where that is not as in every new campaign; no reader sees it."""
        if self.public:
            return {}
        new = models.Campaign()
        values = {name: getattr(self.campaign, name) for name in models.Campaign.TEAM}
        return {name: value for name, value in values.items() if value != getattr(new, name)}

    def _publication(self, row: Any) -> dict[str, Any]:
        name = models.Correction.arc(row)
        key = tuple(row.pk if column == f"{name}_id" else None for column in _CORRECTED)
        corrections = [_make(schemas.Correction, one, at=_instant(one.at)) for one in self.corrections[key]]
        kept = {"corrections": corrections, "recorded": _instant(row.recorded_at)}
        if self.public or row.state == State.DRAFT:
            return kept
        reason = row.withdrawal_reason if row.state == State.WITHDRAWN else ""
        return {"state": row.state, "withdrawal_reason": reason, **kept}

    def _slug(self, rows: dict[int, Any], pk: int | None) -> str | None:
        row = rows.get(pk) if pk else None
        return row.slug if row else None

    # Actors

    def _members_and_roles(self) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
        """Return the memberships by the organization, and by the member, under which they stand."""
        members, roles = defaultdict(list), defaultdict(list)
        for row in self.memberships:
            if row.post_id is None and self.actors[row.member_id].kind == Actor.Kind.ORGANIZATION:
                members[row.organization_id].append(row)
            else:
                roles[row.member_id].append(row)
        return members, roles

    def _actor(self, row: Actor, roles: dict[int, list[Any]]) -> dict[str, Any]:
        return {
            "roles": [self._role(role) for role in roles[row.pk]],
            "merged_into": self._slug(self.actors, row.merged_into_id),
            **self._sources("actor_id", row),
            **self._publication(row),
        }

    def _member(self, row: models.Membership) -> str | schemas.Member:
        member = _make(
            schemas.Member,
            row,
            organization=self.actors[row.member_id].slug,
            **_span(row),
            **self._sources("membership_id", row),
        )
        return member.organization if member.model_fields_set == {"organization"} else member

    def _role(self, row: models.Membership) -> schemas.Role:
        post = self.actors[row.post_id] if row.post_id else None
        # A post has one organization, which the membership repeats so that rosters need no join.
        organization = post.organization_id if post else row.organization_id
        return _make(
            schemas.Role,
            row,
            post=post.name if post else "",
            organization=self._slug(self.actors, organization),
            **_span(row),
            **self._sources("membership_id", row),
        )

    # What was said and done

    def _statement(self, row: models.Statement) -> schemas.Statement:
        lists: dict[str, list[Any]] = {}
        for role, key in PARTICIPANT_KEYS.items():
            part = self.participants[row.pk, role]
            lists[key] = [self.actors[one.actor_id].slug for one in part if one.actor_id]
            lists[f"{key}_other"] = [one.label for one in part if not one.actor_id]
        for kind in Relation.Kind:
            lists[kind] = [self.statements[one.to_id].slug for one in self.relations[row.pk, kind]]
        responses = [
            _make(
                schemas.Response,
                one,
                demand=self._slug(self.demands, one.demand_id),
                letter=self._slug(self.statements, one.letter_id),
                due=_partial(one.due, schemas.PlainDate),
            )
            for one in self.responses[row.pk,]
        ]
        return _make(
            schemas.Statement,
            row,
            **_when(row),
            end=_partial(row.end),
            deadline=_partial(row.deadline, schemas.PlainDate),
            order=row.position,
            speaker=self._slug(self.actors, row.speaker_id),
            on_behalf_of=self._slug(self.actors, row.on_behalf_of_id),
            responds_to=responses,
            checks=self._checks((None, row.pk)),
            **lists,
            **self._sources("statement_id", row),
            **self._publication(row),
        )

    def _demands(self) -> list[schemas.Demand]:
        outcomes = _grouped(self.outcomes.values(), "demand_id")
        return [
            _make(
                schemas.Demand,
                row,
                addressed_to=self._parties(row, Party.Role.ADDRESSEE),
                decision_makers=self._parties(row, Party.Role.DECISION_MAKER),
                part_of=self._slug(self.demands, row.parent_id),
                successor_of=self._slug(self.demands, row.predecessor_id),
                raised=[
                    _make(
                        schemas.Raised,
                        one,
                        **_when(one),
                        statement=self._slug(self.statements, one.statement_id),
                        **self._sources("issuance_id", one),
                    )
                    for one in self.issuances[row.pk,]
                ],
                outcomes=[
                    _make(
                        schemas.Outcome,
                        one,
                        **_when(one),
                        order=one.position,
                        assessor=self._slug(self.actors, one.assessor_id),
                        **self._sources("outcome_id", one),
                        **self._publication(one),
                    )
                    for one in outcomes[row.pk,]
                ],
                checks=self._checks((row.pk, None)),
                **self._sources("demand_id", row),
                **self._publication(row),
            )
            for row in self.demands.values()
        ]

    def _checks(self, about: tuple[int | None, int | None]) -> list[schemas.Check]:
        """Return the checks about a demand or a letter: the key of the one, None for the other."""
        made = []
        for one in self.checks[about]:
            cited = self._sources("look_id", one)
            if len(cited["sources"]) == 1:
                cited["source"] = cited.pop("sources")[0]
            ends = {"addressee": one.addressee_id, "reported_by": one.reported_by_id}
            slugs = {key: self._slug(self.actors, pk) for key, pk in ends.items()}
            made.append(_make(schemas.Check, one, **_when(one), **slugs, **cited))
        return made

    def _parties(self, row: models.Demand, role: Party.Role) -> list[str]:
        return [self.actors[one.actor_id].slug for one in self.parties[row.pk, role]]

    def _event(self, row: models.Event) -> schemas.Event:
        return _make(
            schemas.Event,
            row,
            **_when(row),
            end=_partial(row.end),
            order=row.position,
            affects=[
                _make(schemas.Effect, one, demand=self.demands[one.demand_id].slug, effect=one.kind)
                for one in self.effects[row.pk,]
            ],
            **self._sources("event_id", row),
            **self._publication(row),
        )

    def _sources(self, subject: str, row: Model) -> dict[str, Any]:
        """Return what supports a record: plain sources, and what each says about a disputed point."""
        key = tuple(row.pk if name == subject else None for name in _SUBJECTS)
        plain: list[str | schemas.Citation] = []
        points: dict[str, dict[str, list[str | schemas.Citation]]] = {}
        for one in self.citations[key]:
            source = self.sources[one.source_id].slug
            cited = _make(schemas.Citation, one, source=source) if one.quote or one.place else source
            (points.setdefault(one.about, {}).setdefault(one.says, []) if one.about else plain).append(cited)
        disputed = [
            _make(
                schemas.Dispute,
                what=about,
                values=[_make(schemas.DisputedValue, value=says, sources=cited) for says, cited in said.items()],
            )
            for about, said in points.items()
        ]
        return {"sources": plain, "disputed": disputed}


def _make(schema: type[S], row: Model | None = None, /, **values: Any) -> S:
    """Return a schema's instance without checking it: what is in the database is exported, whatever it is."""
    if row is not None:
        values |= {name: getattr(row, name) for name in SAME[type(row)]}
    fields = schema.model_fields
    # A zero is something where a key that is absent means something else, and so is a “no”.
    said = {key: v for key, v in values.items() if v or (v == 0 != fields[key].default) or fields[key].is_required()}
    return schema.model_construct(**said)


def _grouped(rows: Iterable[Any], *columns: str) -> dict[tuple[Any, ...], list[Any]]:
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, column) for column in columns)].append(row)
    return groups


def _partial(when: PartialDate | None, form: type[schemas.Partial] = schemas.Partial) -> schemas.Partial | None:
    return _make(form, date=when.isoformat(), precision=Precision(when.precision).name.lower()) if when else None


def _span(row: Any) -> dict[str, schemas.Partial | None]:
    """Return the first and the last day of a role, an organization or a post."""
    return {"start": _partial(row.start), "end": _partial(row.end)}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _when(row: Any) -> dict[str, str]:
    return {"date": row.when.isoformat(), "precision": Precision(row.precision).name.lower()}

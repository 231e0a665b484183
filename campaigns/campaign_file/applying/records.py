"""A document → the database, in one transaction: all of it or nothing."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model
from django.utils import timezone

from campaigns import models, schemas
from campaigns.campaign_file.applying.corrections import write_corrections
from campaigns.campaign_file.applying.implied_posts import posts_of
from campaigns.campaign_file.applying.links import BATCH, Link, Links, Noun, batches, rising
from campaigns.campaign_file.checking.private_details import OPERATOR, open_in, private_problems
from campaigns.campaign_file.checking.rules import check
from campaigns.campaign_file.existing import KINDS, PARTICIPANT_KEYS, SAME, Existing, outcome_label, state_after
from campaigns.campaign_file.problems import BadFile, Problem
from campaigns.campaign_file.reading.document import Document, read
from campaigns.campaign_file.report import Report
from campaigns.models import Actor, PartialDate, Participant, Party, Relation, State

__all__ = ["apply", "count_anew", "import_campaign"]

#: SQLite's own limit since 3.32. Django assumes the 999 of older ones: 36 statements in a query.
SQLITE_VARIABLES = 32_766

Progress = Callable[[str], None]
Values = dict[str, Any]


def _silence(step: str) -> None:
    """Tell nobody."""


def import_campaign(
    stream: BinaryIO,
    *,
    publish: bool = False,
    prune: bool = False,
    dry_run: bool = False,
    progress: Progress = _silence,
) -> Report:
    """Read a campaign file and apply it, as `read` and `apply` do."""
    progress("reading")
    return apply(read(stream), publish=publish, prune=prune, dry_run=dry_run, progress=progress)


def apply(
    document: Document,
    *,
    publish: bool = False,
    prune: bool = False,
    dry_run: bool = False,
    by: AbstractBaseUser | None = None,
    progress: Progress = _silence,
) -> Report:
    """Write a document into the database and return what changed.

    Records are found by slug, links by what they connect. What the file does not have is left alone; with ``prune``
    the links of its records that it does not have are deleted, records never. With ``publish`` every record of the
    file is published that is not withdrawn. With ``dry_run`` all is done and then undone. ``by`` is who brings it, and
    so changes what it changes; None for a command. Where a second person publishes, what somebody brings is not
    published with it. Nobody brings what looks like a private detail into what readers see; a command does, and that
    is noted. Where anything is wrong, raise BadFile with every problem and write nothing.
    """
    with transaction.atomic(), _wide_queries():
        existing = Existing(_locked_campaign(document))
        progress("checking")
        held = by is not None and _second_reader(document, existing)
        if problems := [*document.problems, *check(document, existing, publish=publish, prune=prune, held=held)]:
            raise BadFile(problems)
        if document.shape is None:
            raise AssertionError("a file without the shape of a campaign has a problem")
        try:
            with transaction.atomic(), models.change(reason="import"):
                writer = _Writer(document.shape, existing, publish=publish, prune=prune, by=by, held=held)
                report = writer.write(progress)
                if private := writer.private():
                    if by is not None:
                        raise BadFile(private_problems(document, private))
                    models.Clearance.objects.allow_by_command((one for _noun, one in private), OPERATOR)
                    report.private += [f"{noun.kind}: {noun.label}" for noun, _one in private]
        except IntegrityError as error:
            # `check` is meant to know every rule of the database; this is the net under it.
            raise BadFile([Problem(0, "", f"the database refuses it: {str(error).strip()}")]) from error
        if dry_run:
            transaction.set_rollback(True)
        else:
            count_anew()
    return report


def count_anew() -> None:
    """Tell PostgreSQL how much there is now: its own round comes within a minute, and until then it plans as before.

    For the tables as they were, each check of a rule would read a whole one, and a page's counts take seconds.
    """
    if connection.vendor == "postgresql":
        tables = [model._meta.db_table for model in apps.get_app_config("campaigns").get_models()]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


def _second_reader(document: Document, existing: Existing) -> bool:
    """Say whether a second person publishes: by the rule that was there, or by the one that the file brings."""
    brought = bool(document.shape and document.shape.campaign.second_reader)
    return brought or bool(existing.campaign and existing.campaign.second_reader)


def _locked_campaign(document: Document) -> models.Campaign | None:
    """Return the campaign, where there is one, and have every other import of it wait for this one.

    SQLite has one writer at a time anyway: its transactions wait where they begin.
    """
    campaign = document.data.get("campaign")
    slug = campaign.get("slug") if isinstance(campaign, dict) else None
    if not isinstance(slug, str):
        return None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # The limits are for web requests. They are back when the transaction ends.
            for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SET LOCAL {limit} = 0")
            # A campaign that is not there yet has no row to lock.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('campaign file'), hashtext(%s))", [slug])
    return models.Campaign.objects.select_for_update().filter(slug=slug).first()


@contextlib.contextmanager
def _wide_queries() -> Iterator[None]:
    """Let SQLite take as many values in one query as it can."""
    features = connection.features
    before = features.max_query_params
    if connection.vendor == "sqlite":
        features.max_query_params = SQLITE_VARIABLES
    try:
        yield
    finally:
        features.max_query_params = before


class _Writer:
    """One import: records first, then the links between them, then publication."""

    def __init__(
        self,
        file: schemas.CampaignFile,
        existing: Existing,
        *,
        publish: bool,
        prune: bool,
        by: AbstractBaseUser | None,
        held: bool,
    ) -> None:
        self.file, self.existing = file, existing
        self.publish, self.prune, self.held = publish, prune, held
        self.by = by.pk if by is not None else None
        self.now = timezone.now()
        self.links = Links(existing)
        #: The records of the file, those of which the links that it does not have are missing in it.
        self.nouns: dict[tuple[type[Model], int], Noun] = {}
        #: Posts that the file names and does not define.
        self.named: list[Noun] = []
        self.to_publish: list[Noun] = []
        self.corrected: list[tuple[Noun, list[schemas.Correction]]] = []
        self.report = Report()

    def write(self, progress: Progress) -> Report:
        """Write everything and return the report."""
        known = set(self.existing.records())
        self._campaign()
        progress("sources")
        self._sources()
        progress("actors")
        self._actors()
        progress("statements")
        self._statements()
        progress("demands")
        self._demands()
        self._responses()
        self._events()
        progress("links")
        tallies = self.links.write(self.nouns, prune=self.prune)
        tallies["corrections"] = write_corrections(self.existing, self.corrected)
        progress("publication")
        self._publish()
        progress("search")
        models.SearchEntry.objects.refresh_all(self.existing.campaign)
        self._touch()
        progress("history")
        self._remember()
        self._count(known)
        self.report.tallies |= tallies
        return self.report

    # Records

    def _write(self, kind: str, model: type[Any], entries: Iterable[tuple[Any, Any, Values]]) -> list[Noun]:
        """Create or update the row of each (item, row or None, columns) and return them in that order."""
        nouns = []
        for item, row, values in entries:
            noun = Noun(kind, values.pop("label", None) or item.slug, row, created=row is None)
            if row is None:
                recorded = dt.datetime.fromisoformat(item.recorded) if item.recorded else self.now
                noun.row = model(recorded_at=recorded, recorded_by_id=self.by, edited_by_id=self.by)
                if self.existing.campaign:
                    noun.row.campaign_id = self.existing.campaign.pk
            was = None if noun.created else row.state
            self._set(noun, _same(model, item) | values | self._state(item, noun))
            nouns.append(noun)
            self.corrected.append((noun, [*item.corrections, *self._withdrawal(item, noun, was)]))
        model.objects.bulk_create([noun.row for noun in nouns if noun.created], batch_size=BATCH)
        self._save(model, [noun for noun in nouns if not noun.created])
        self.nouns |= {(model, noun.row.pk): noun for noun in nouns}
        return nouns

    def _set(self, noun: Noun, values: Values) -> None:
        """Set columns and note which were others."""
        for name, value in values.items():
            if getattr(noun.row, name) != value:
                setattr(noun.row, name, value)
                noun.changes[name] = None
        if isinstance(noun.row, Actor):
            noun.row.fold_name()

    def _save(self, model: type[Any], nouns: list[Noun]) -> None:
        """Save the columns that were set."""
        changed = [noun for noun in nouns if noun.changes]
        columns = {name for noun in changed for name in noun.changes} | ({"folded_name"} if model is Actor else set())
        if changed:
            model.objects.bulk_update([noun.row for noun in changed], sorted(columns), batch_size=BATCH)

    def _refer(self, model: type[Any], nouns: list[Noun], columns: Iterable[Values]) -> None:
        """Set foreign keys to rows of the same table, now that all of them exist."""
        for noun, values in zip(nouns, columns, strict=True):
            self._set(noun, values)
        pairs = zip(nouns, columns, strict=True)
        self._save(model, [noun for noun, values in pairs if not noun.changes.keys().isdisjoint(values)])

    def _state(self, item: Any, noun: Noun) -> Values:
        """Return the columns of the state to write now; what is to be published is published last."""
        before = None if noun.created else State(noun.row.state)
        after = state_after(item.state, before, publish=self.publish, held=self.held)
        if after == State.PUBLISHED:
            if before != State.PUBLISHED:
                self.to_publish.append(noun)
            return {}
        if item.state == State.PUBLISHED:
            self.report.held.append(f"{noun.kind}: {noun.label}")
            if after == before:
                return {}
        return {} if item.state is None and before else {"state": after, "withdrawal_reason": item.withdrawal_reason}

    def _withdrawal(self, item: Any, noun: Noun, was: str | None) -> list[schemas.Correction]:
        """Return what readers are told of a record that this file withdraws, if the file does not tell it."""
        told = any(one.kind == models.Correction.Kind.WITHDRAWAL for one in item.corrections)
        campaign = self.existing.campaign or noun.row
        if told or was != State.PUBLISHED or noun.row.state != State.WITHDRAWN or campaign.state != State.PUBLISHED:
            return []
        reason, kind = item.withdrawal_reason, models.Correction.Kind.WITHDRAWAL
        return [schemas.Correction(at=self.now.isoformat(), kind=kind, sentence=reason)]

    def _campaign(self) -> None:
        item = self.file.campaign
        settings = {name: getattr(item, name) for name in models.Campaign.TEAM}
        values = _partial("started", item.started) | {n: value for n, value in settings.items() if value is not None}
        (noun,) = self._write("campaign", models.Campaign, [(item, self.existing.campaign, values)])
        self.existing.campaign = noun.row

    def _sources(self) -> None:
        rows = self.existing.sources
        nouns = self._write(
            "sources",
            models.Source,
            (
                (
                    item,
                    rows.get(item.slug),
                    {
                        **_partial("published", item.published),
                        "accessed": dt.date.fromisoformat(item.accessed) if item.accessed else None,
                    },
                )
                for item in self.file.sources
            ),
        )
        rows |= {noun.row.slug: noun.row for noun in nouns}

    def _actors(self) -> None:
        file, rows = self.file, self.existing.actors
        posts = posts_of(file, self.existing)

        def write(kind: str, entries: Iterable[tuple[Any, Values]]) -> list[Noun]:
            nouns = self._write(kind, Actor, ((item, rows.get(item.slug), values) for item, values in entries))
            rows.update({noun.row.slug: noun.row for noun in nouns})
            return nouns

        organizations = write(
            "organizations",
            (
                (
                    item,
                    {
                        "kind": Actor.Kind.ORGANIZATION,
                        "classification": item.kind,
                        "scope": item.scope or "",
                        **_span(item),
                    },
                )
                for item in file.organizations
            ),
        )
        self._refer(Actor, organizations, [{"parent_id": _pk(rows, item.parent)} for item in file.organizations])
        people = write("people", ((item, {"kind": Actor.Kind.PERSON}) for item in file.people))
        entries = write(
            "posts",
            (
                (
                    item,
                    {
                        "kind": Actor.Kind.POST,
                        "organization_id": _pk(rows, item.organization),
                        "speaks_for": item.speaks_for,
                        **_span(item),
                    },
                )
                for item in [*file.posts, *posts.new]
            ),
        )
        actors: list[schemas.Organization | schemas.Person | schemas.Post] = [
            *file.organizations, *file.people, *file.posts, *posts.new,
        ]  # fmt: skip
        merged = [{"merged_into_id": _pk(rows, item.merged_into)} for item in actors]
        self._refer(Actor, [*organizations, *people, *entries], merged)
        for slug in posts.known:
            # Named by the file and not defined in it: published with it, but otherwise left alone.
            noun = Noun("posts", slug, rows[slug], created=False)
            self._state(schemas.Post(slug=slug, name=slug), noun)
            self.named.append(noun)

        for noun, organization in zip(organizations, file.organizations, strict=True):
            for listed in organization.members:
                member = schemas.Member(organization=listed) if isinstance(listed, str) else listed
                ends = {"member_id": _pk(rows, member.organization), "organization_id": noun.row.pk, "post_id": None}
                self._membership(noun, "members", member, ends)
        for noun, holder in zip([*organizations, *people, *entries], actors, strict=True):
            for role in holder.roles:
                ends = {
                    "member_id": noun.row.pk,
                    "organization_id": _pk(rows, role.organization),
                    "post_id": _pk(rows, posts.slugs[role.post, role.organization]) if role.post else None,
                }
                self._membership(noun, "roles", role, ends)
            self._cite(noun, "actor_id", holder)

    def _membership(self, owner: Noun, key: str, item: schemas.Role | schemas.Member, ends: Values) -> None:
        values = ends | _same(models.Membership, item) | _span(item)
        self._cite(owner, "membership_id", item, self.links.add(models.Membership, owner, key, values))

    def _statements(self) -> None:
        rows, actors = self.existing.statements, self.existing.actors
        nouns = self._write(
            "statements",
            models.Statement,
            (
                (
                    item,
                    rows.get(item.slug),
                    {
                        **_when(item.date),
                        **_partial("end", item.end),
                        **_partial("deadline", item.deadline),
                        "position": item.order,
                        "speaker_id": _pk(actors, item.speaker),
                        "on_behalf_of_id": _pk(actors, item.on_behalf_of),
                    },
                )
                for item in self.file.statements
            ),
        )
        rows |= {noun.row.slug: noun.row for noun in nouns}
        for noun, item in zip(nouns, self.file.statements, strict=True):
            for role, key in PARTICIPANT_KEYS.items():
                whom = [(_pk(actors, slug), "") for slug in getattr(item, key)]
                whom += [(None, label) for label in getattr(item, f"{key}_other")]
                for actor, label in whom:
                    values = {"statement_id": noun.row.pk, "role": role, "actor_id": actor, "label": label}
                    self.links.add(Participant, noun, key, values)
            for kind in Relation.Kind:
                for slug in getattr(item, kind):
                    values = {"statement_id": noun.row.pk, "kind": kind, "to_id": rows[slug].pk}
                    self.links.add(Relation, noun, kind, values)
            self._checks(noun, "letter_id", item.checks)
            self._cite(noun, "statement_id", item)

    def _demands(self) -> None:
        rows, items = self.existing.demands, self.file.demands
        places = list(rising(rows.get(item.slug) for item in items))
        nouns = self._write(
            "demands",
            models.Demand,
            ((item, rows.get(item.slug), {"position": place}) for item, place in zip(items, places, strict=True)),
        )
        rows |= {noun.row.slug: noun.row for noun in nouns}
        self._refer(
            models.Demand,
            nouns,
            [{"parent_id": _pk(rows, i.part_of), "predecessor_id": _pk(rows, i.successor_of)} for i in items],
        )
        actors = self.existing.actors
        for noun, item in zip(nouns, items, strict=True):
            for role, key in ((Party.Role.ADDRESSEE, "addressed_to"), (Party.Role.DECISION_MAKER, "decision_makers")):
                for slug in getattr(item, key):
                    values = {"demand_id": noun.row.pk, "role": role, "actor_id": actors[slug].pk}
                    self.links.add(Party, noun, key, values)
            for raised in item.raised:
                self._raised(noun, raised)
            self._checks(noun, "demand_id", item.checks)
            self._cite(noun, "demand_id", item)
        self._outcomes(nouns)

    def _raised(self, demand: Noun, item: schemas.Raised) -> None:
        statement = self.existing.statements[item.statement] if item.statement else None
        if item.date:
            when = _when(item.date)
        else:
            when = {"date": statement.date, "precision": statement.precision} if statement else {}
        ends = {"demand_id": demand.row.pk, "statement_id": statement.pk if statement else None}
        link = self.links.add(models.Issuance, demand, "raised", ends | when | _same(models.Issuance, item))
        self._cite(demand, "issuance_id", item, link)

    def _checks(self, owner: Noun, about: str, checks: list[schemas.Check]) -> None:
        actors = self.existing.actors
        for look in checks:
            values = {
                "demand_id": None,
                "letter_id": None,
                about: owner.row.pk,
                "addressee_id": _pk(actors, look.addressee),
                "reported_by_id": _pk(actors, look.reported_by),
                **_when(look.date),
                **_same(models.Check, look),
            }
            self._cite(owner, "look_id", look, self.links.add(models.Check, owner, "checks", values))

    def _outcomes(self, demands: list[Noun]) -> None:
        rows = {(row.demand_id, row.date, row.precision, row.status): row for row in self.existing.outcomes}
        entries: list[tuple[schemas.Outcome, Any, Values]] = []
        for demand, item in zip(demands, self.file.demands, strict=True):
            for outcome in item.outcomes:
                when = _when(outcome.date)
                values = {
                    "label": outcome_label(item.slug, outcome),
                    "demand_id": demand.row.pk,
                    **when,
                    "position": outcome.order,
                    "assessor_id": _pk(self.existing.actors, outcome.assessor),
                }
                row = rows.get((demand.row.pk, when["date"], when["precision"], outcome.status))
                entries.append((outcome, row, values))
        for noun, (outcome, *_) in zip(self._write("outcomes", models.Outcome, entries), entries, strict=True):
            self._cite(noun, "outcome_id", outcome)

    def _responses(self) -> None:
        rows, demands = self.existing.statements, self.existing.demands
        for item in self.file.statements:
            noun = self.nouns[models.Statement, rows[item.slug].pk]
            for response in item.responds_to:
                values = {
                    "statement_id": noun.row.pk,
                    "demand_id": _pk(demands, response.demand),
                    "letter_id": _pk(rows, response.letter),
                    **_partial("due", response.due),
                    **_same(models.Response, response),
                }
                self.links.add(models.Response, noun, "responds_to", values)

    def _events(self) -> None:
        rows, items = self.existing.events, self.file.events
        nouns = self._write(
            "events",
            models.Event,
            (
                (
                    item,
                    rows.get(item.slug),
                    {**_when(item.date), **_partial("end", item.end), "position": item.order},
                )
                for item in items
            ),
        )
        for noun, item in zip(nouns, items, strict=True):
            for effect in item.affects:
                values = {
                    "event_id": noun.row.pk,
                    "demand_id": self.existing.demands[effect.demand].pk,
                    "kind": effect.effect,
                    **_same(models.Effect, effect),
                }
                self.links.add(models.Effect, noun, "affects", values)
            self._cite(noun, "event_id", item)

    def _cite(self, owner: Noun, subject: str, item: Any, link: Link | None = None) -> None:
        """Note the citations of a record, or of one of its links, whose row there is only when links are written."""
        alone = [item.source] if isinstance(item, schemas.Check) and item.source else []
        cited = [(source, "", "") for source in [*alone, *item.sources]]
        cited += [
            (source, dispute.what, value.value)
            for dispute in item.disputed
            for value in dispute.values
            for source in value.sources
        ]
        for source, about, says in cited:
            citation = schemas.Citation(source=source) if isinstance(source, str) else source
            values = {
                **{f"{name}_id": None for name in models.Citation.SUBJECTS},
                subject: None if link else owner.row.pk,
                "source_id": self.existing.sources[citation.source].pk,
                "about": about,
                "says": says,
                **_same(models.Citation, citation),
            }
            self.links.add(models.Citation, owner, "disputed" if about else "sources", values, link)

    # After the links

    def _publish(self) -> None:
        """Publish what is to be published: its sources and whatever it names are there now."""
        if not self.to_publish:
            return
        count_anew()
        for model, nouns in _by_model(self.to_publish).items():
            for batch in batches([noun.row.pk for noun in nouns]):
                model._default_manager.filter(pk__in=batch).update(state=State.PUBLISHED, withdrawal_reason="")
            for noun in nouns:
                noun.row.state, noun.row.withdrawal_reason = State.PUBLISHED, ""
                noun.changes["state"] = None

    def private(self) -> list[tuple[Noun, models.Private]]:
        """Return what looks private in the file's records that readers see now, and nobody has allowed."""
        return open_in(self.existing.campaign, self._all()) if self.existing.campaign else []

    def _touch(self) -> None:
        """Note on each changed record that it changed now, also where only its links did: an open form must notice."""
        edited = {"edited_by": self.by} if self.by else {}
        changed = [noun for noun in self._all() if noun.changes and not noun.created]
        for model, nouns in _by_model(changed).items():
            for batch in batches([noun.row.pk for noun in nouns]):
                rows = model._default_manager.filter(pk__in=batch)
                rows.update(updated_at=self.now, version=F("version") + 1, **edited)
            for noun in nouns:
                noun.row.updated_at = self.now
                noun.row.version += 1
                noun.row.edited_by_id = self.by or noun.row.edited_by_id

    def _remember(self) -> None:
        """Write one version of each record that is new or another one, as it is in the end."""
        models.remember((noun.row for noun in self._all() if noun.created), "+")
        models.remember((noun.row for noun in self._all() if noun.changes and not noun.created), "~")

    def _all(self) -> Iterator[Noun]:
        yield from self.nouns.values()
        yield from self.named

    def _count(self, known: set[tuple[str, str]]) -> None:
        """Fill the report with the records; ``known`` are those that the database had before, by kind and label."""
        for kind in KINDS:
            self.report[kind]
        for noun in self._all():
            tally = self.report[noun.kind]
            if noun.created:
                tally.created.append(noun.label)
            elif noun.changes:
                keys = dict.fromkeys(_key(noun, change) for change in noun.changes)
                tally.updated.append(f"{noun.label} ({', '.join(keys)})")
            else:
                tally.unchanged.append(noun.label)
        for kind, label in sorted(known - {(noun.kind, noun.label) for noun in self._all()}):
            self.report[kind].kept.append(label)


def _by_model(nouns: Iterable[Noun]) -> dict[type[Model], list[Noun]]:
    groups: dict[type[Model], list[Noun]] = {}
    for noun in nouns:
        groups.setdefault(type(noun.row), []).append(noun)
    return groups


def _pk(rows: dict[str, Any], slug: str | None) -> int | None:
    return rows[slug].pk if slug else None


def _key(noun: Noun, change: str) -> str:
    """Return the file's key for a column that changed."""
    if change == "parent_id":
        return "part_of" if noun.kind == "demands" else "parent"
    words = {"position": "order", "classification": "kind", "predecessor_id": "successor_of"}
    names = ("started", "published", "start", "end", "deadline")
    dates = {f"{name}_{part}": name for name in names for part in ("date", "precision")}
    return words.get(change) or dates.get(change) or change.removesuffix("_id")


def _same(model: type[Model], item: Any) -> Values:
    """Return the columns that the file calls as the model does; what the file leaves out is an empty text."""
    values = {name: getattr(item, name) for name in SAME[model]}
    return {name: "" if value is None else value for name, value in values.items()}


def _partial(name: str, partial: schemas.Partial | None) -> Values:
    """Return both columns of a date that may be missing."""
    when = PartialDate.parse(partial.date) if partial else None
    return {f"{name}_date": when.first if when else None, f"{name}_precision": when.precision if when else None}


def _span(item: Any) -> Values:
    """Return the columns of a first and a last day that may be missing."""
    return _partial("start", item.start) | _partial("end", item.end)


def _when(date: str) -> Values:
    when = PartialDate.parse(date)
    return {"date": when.first, "precision": when.precision}

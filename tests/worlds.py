"""Two worlds for the draft test: A holds public and private data, B the same public data and nothing private.

Both are one database: `World.without_private` makes B inside a savepoint and takes it back. What is private follows
here from the states and links alone, by rules of its own, so that it does not repeat what `published()` does.
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction

from campaigns import triggers
from campaigns.models import (
    Campaign,
    Check,
    Citation,
    Classification,
    Clearance,
    Correction,
    Invitation,
    Issuance,
    LinkCheck,
    LoginTry,
    Participant,
    Party,
    Relation,
    Response,
    SearchEntry,
    Stance,
    State,
    Statement,
    change,
    remember,
)
from tests import factories as make

#: Every field of every model is one or the other; a field that is in neither place fails the test.
#: A public field is what a reader of a published record may see. A private one differs between the two worlds.
_EVERY = "id state recorded_at updated_at"
PUBLIC = {
    "campaign": f"{_EVERY} slug name summary place timezone language languages started_date started_precision"
    " methodology licence",
    "actor": f"{_EVERY} campaign kind slug name sort_name folded_name aliases url note classification scope parent"
    " organization speaks_for start_date start_precision end_date end_precision",
    "membership": "id member organization post start_date start_precision end_date end_precision speaks_for note"
    " position",
    "source": f"{_EVERY} campaign slug url archive_url publisher title title_from author language published_date"
    " published_precision accessed note",
    "citation": "id source actor membership statement demand issuance event outcome look quote place about says"
    " position",
    "statement": f"{_EVERY} campaign slug date precision end_date end_precision position kind speaker speaker_label"
    " on_behalf_of capacity venue summary quote language translation signatories_incomplete note deadline_date"
    " deadline_precision",
    "participant": "id statement role actor label position",
    "relation": "id statement kind to position",
    "demand": f"{_EVERY} campaign slug title text language translation parent predecessor note position",
    "party": "id demand role actor position",
    "issuance": "id demand statement date precision text language translation note position",
    "event": f"{_EVERY} campaign slug date precision end_date end_precision position title summary venue note",
    "effect": "id event demand kind note position",
    "outcome": f"{_EVERY} campaign demand status date precision reason assessor note position",
    "check": "id demand letter addressee date precision found reported_by note",
    "response": "id statement demand letter stance due_date due_precision note position",
    "correction": "id campaign actor source statement demand event outcome kind sentence hides_earlier at",
}
_DESK = "withdrawal_reason version recorded_by edited_by"
PRIVATE = {
    **dict.fromkeys(("source", "statement", "demand", "event", "outcome"), _DESK),
    # Where an old address leads, which only a redirect says.
    "actor": f"{_DESK} merged_into",
    **dict.fromkeys(("membership", "issuance", "check"), "version"),
    "campaign": f"{_DESK} second_reader check_after",
    "correction": "by",
}
#: Tables of which no reader ever sees a row: world A has some, world B has none.
STAFF = ("clearance", "proposedchange", "teammember", "logintry", "invitation", "linkcheck")
#: Tables of whose rows the history keeps versions.
VERSIONED = (*PUBLIC, "clearance")
#: Tables that the app derives from the others: in each world they are made anew from that world's rows.
DERIVED = {"searchentry", "revision"}
#: Tables of which no row may ever show.
UNSEEN = {str(model._meta.model_name) for model in triggers.histories()}
#: What readers may see of a withdrawn record, at its address: nothing else of it.
TOMBSTONE = {"id", "state", "campaign", "slug", "kind", "withdrawal_reason", "recorded_at", "updated_at"}
#: Models whose withdrawn records have a page that says why (an outcome is part of its demand's page).
WITH_PAGE = ("campaign", "actor", "source", "statement", "demand", "event")
#: Models whose public records show their versions.
CITABLE = ("statement", "demand", "event")
#: Links without which a record still stands: a page leaves the link out. Any other link to a private record hides it.
LEFT_OUT = {("actor", "parent"), ("actor", "organization"), ("demand", "parent"), ("demand", "predecessor")}
#: Texts with a form, which a mark would break, and those that a constraint keeps empty.
UNMARKED = {
    ("campaign", "timezone"),
    ("campaign", "language"),
    ("campaign", "languages"),
    ("participant", "label"),
    ("citation", "about"),
    ("citation", "says"),
    ("actor", "classification"),
    ("actor", "scope"),
    ("correction", "sentence"),
}

#: A canary survives upper and lower case, slugs and every encoding but base64, for which its head is searched apart.
CANARY = re.compile(
    r"canary\d{5}xq|Y2FuYXJ5MD|NhbmFyeTAw|jYW5hcnkwM|Q2FuYXJ5MD|DYW5hcnkwM".replace(  # base64 at its three alignments
        "canary", "(?i:canary)"
    ),
)
_number = count(1)


def canary() -> str:
    return f"Canary{next(_number):05d}Xq"


def model_of(name: str) -> type[models.Model]:
    return apps.get_model("campaigns", name)


def rows(name: str) -> "models.QuerySet[Any]":
    return model_of(name)._base_manager.order_by("pk")


class World:
    """World A, once built; `without_private` is world B."""

    def __init__(self) -> None:
        self.campaign = make.make_campaign(slug="open-city", name="Open City", timezone="America/Chicago", summary="S")
        self._public()
        for state in (State.DRAFT, State.IN_REVIEW, State.WITHDRAWN):
            self._private(state)
            self._private_campaign(state)
        inviting = make.make_member(self.campaign, username=canary())
        Invitation.objects.create(campaign=self.campaign, invited_by=inviting, email=f"{canary()}@example.org")
        LoginTry.objects.create(key=canary(), expires=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
        LinkCheck.objects.create(
            source=self.report, kind=LinkCheck.Kind.URL, url=f"https://{canary().lower()}.example.org/",
            reason=LinkCheck.Reason.WALL, status=403, checked_at=dt.datetime(2030, 1, 1, tzinfo=dt.UTC),
        )  # fmt: skip
        Clearance.objects.create(
            campaign=self.campaign, statement=self.letter, kind="phone", words=canary(), reason=canary(),
            asked_by=inviting, allowed_at=dt.datetime(2030, 1, 1, tzinfo=dt.UTC),
        )  # fmt: skip
        make.propose(self.letter, by=inviting, label=canary(), sentence=canary(), reason=canary())
        self.hidden, self.tombs = self._sort()
        self._mark()
        self._remember()
        SearchEntry.objects.refresh_all()
        #: Slugs of public records with a link that is left out.
        self.left_out = {
            row.slug
            for owner, link in LEFT_OUT
            for row in rows(owner)
            if getattr(row, f"{link}_id") in self.hidden[owner] | self.tombs[owner]
        }

    def _public(self) -> None:
        campaign = self.campaign
        self.city = make.make_organization(campaign=campaign, slug="city", classification=Classification.GOVERNMENT)
        self.board = make.make_organization(
            campaign=campaign, slug="board", classification=Classification.GOVERNMENT, parent=self.city
        )
        self.union = make.make_organization(
            campaign=campaign, slug="union", classification=Classification.COALITION_MEMBER
        )
        self.chief = make.make_person(campaign=campaign, slug="chief", aliases=["The Chief"])
        self.mayor = make.make_person(campaign=campaign, slug="mayor", url="https://mayor.example.org/")
        self.pastor = make.make_person(campaign=campaign, slug="pastor")
        self.post = make.make_post(campaign=campaign, slug="chief-of-police", organization=self.city)
        held = make.make_membership(self.chief, self.city, post=self.post, start="2017-08", end="2022-04-22")
        make.make_membership(self.mayor, self.city, start="2019")
        make.make_membership(self.pastor, self.union)
        make.make_membership(self.union, self.board)
        self.report = make.make_source(campaign=campaign, slug="report", title="A report", published="2021-04")
        self.paper = make.make_source(campaign=campaign, slug="paper", title="A paper", note="Behind a wall.")
        self.sources: dict[str, Any] = {"sources": [self.report], "campaign": campaign}
        self.leave = make.make_demand(
            [self.chief, self.post, self.board], [self.city], campaign=campaign, slug="leave", position=1
        )
        self.budget = make.make_demand([self.mayor], [self.board], campaign=campaign, slug="budget", position=2)
        self.silent = make.make_demand([self.city], campaign=campaign, slug="silent", parent=self.budget, position=3)
        self.renewed = make.make_demand([], campaign=campaign, slug="renewed", predecessor=self.leave, position=4)
        self.letter = make.make_statement(
            slug="letter", speaker=self.union, when="2020-06", kind=Statement.Kind.OPEN_LETTER,
            addressees=[self.chief, self.city], signatories=[self.union, "Forty pastors"], **self.sources,
        )  # fmt: skip
        for demand in (self.leave, self.budget):
            raised = make.raise_demand(demand, self.letter, text="As it was written then.")
        make.raise_demand(self.silent, when="2020-07-04")
        self.refusal = make.make_statement(
            slug="refusal", speaker=self.pastor, on_behalf_of=self.chief, when="2021-04-22", quote="No.",
            co_speakers=[self.mayor], **self.sources,
        )  # fmt: skip
        make.answer(self.leave, Stance.REJECTS, statement=self.refusal, note="To the letter of the law.")
        make.make_statement(slug="reply", speaker=self.mayor, when="2020-07", replies_to=self.letter, **self.sources)
        self.protest = make.make_event(slug="protest", when="2020-05-29", **self.sources)
        make.affect(self.protest, self.leave)
        self.outcome = make.make_outcome(self.budget, [self.report], assessor=self.union)
        make.check(self.silent, self.city)
        make.check(self.budget, self.board, "2021-07", found="declined", sources=[self.report])
        make.check(
            None,
            None,
            "2021-08",
            letter=self.letter,
            found="no_response",
            reported_by=self.union,
            sources=[self.report],
        )
        for record in (self.chief, held, self.leave, raised):
            make.cite(record, self.report)
        make.cite(self.protest, self.paper, about="How many came", says="Hundreds")
        make.cite(self.protest, self.report, about="How many came", says="Thousands")
        for corrected in (campaign, self.chief, self.report, self.letter, self.leave, self.protest, self.outcome):
            make.correct(corrected)
            make.correct(corrected, Correction.Kind.TYPO)
        self._versions()

    def _versions(self) -> None:
        """Let readers have seen two versions of some records; of the event the first one must not be read any more."""
        for record, column in ((self.letter, "summary"), (self.leave, "text"), (self.protest, "title")):
            with change():
                setattr(record, column, "As it was put right.")
                record.save()
                made = Correction.of(record, Correction.Kind.CORRECTION, "It was put right.")
                made.hides_earlier = record is self.protest
                made.save()

    def _private(self, state: State) -> None:
        """Add a private record of every noun, and everything of every noun that hangs on one."""
        given: dict[str, Any] = {"campaign": self.campaign, "state": state}
        if state == State.WITHDRAWN:
            given["withdrawal_reason"] = "The source took it back."
        slug, ordinal = state.value.replace("_", "-"), list(State).index(state)
        in_open: dict[str, Any] = {"campaign": self.campaign}
        source = make.make_source(slug=f"source-{slug}", **given)
        person = make.make_person(slug=f"person-{slug}", aliases=["x"], url="https://x.example.org/", **given)
        group = make.make_organization(
            slug=f"group-{slug}", classification=Classification.GOVERNMENT, parent=self.city, **given
        )
        seat = make.make_post(slug=f"seat-{slug}", organization=self.city, **given)
        unseen = make.make_person(slug=f"unseen-{slug}", **given)
        demand = make.make_demand(
            [self.chief, self.post, self.city], [self.board], slug=f"demand-{slug}", parent=self.leave, **given
        )
        # Public records that name a private one.
        make.make_post(slug=f"desk-{slug}", organization=group, **in_open)
        branch = make.make_organization(slug=f"branch-{slug}", parent=group, **in_open)
        make.make_membership(self.mayor, branch)
        part = make.make_demand([self.chief, person, seat], [group], slug=f"part-{slug}", parent=demand, **in_open)
        make.make_demand([self.chief], slug=f"heir-{slug}", predecessor=demand, **in_open)
        # Roles: of a private person in a public body, of a public person in a private one or in a private post.
        roles = [
            make.make_membership(person, self.city, start="2018", speaks_for=True),
            make.make_membership(self.pastor, group, start="2016", speaks_for=True),
            make.make_membership(self.chief, self.city, post=seat, speaks_for=True),
            make.make_membership(unseen, group),
            make.make_membership(unseen, self.city, post=self.post),
            make.make_membership(branch, group),
        ]
        # Statements: private themselves, or by or for somebody private.
        cited: dict[str, Any] = {"sources": [self.report, source], **in_open}
        said = make.make_statement(
            slug=f"said-{slug}", speaker=self.mayor, when="2020-06-15", quote="Never.", translation="Nunca.",
            sources=[source], signatories=[self.union, "Ten more"], addressees=[self.chief], co_speakers=[self.post],
            **given,
        )  # fmt: skip
        by_private = make.make_statement(
            slug=f"by-{slug}",
            speaker=person,
            on_behalf_of=self.chief,
            when="2021-04-21",
            **cited,
        )
        for_private = make.make_statement(
            slug=f"for-{slug}", speaker=self.mayor, on_behalf_of=group, when="2020-06-20", **cited
        )
        for statement in (said, by_private, for_private):
            make.raise_demand(self.silent, statement)
            make.answer(self.leave, Stance.ACCEPTS, statement=statement)
            make.answer(self.budget, Stance.ACTS, statement=statement)
            make.answer(letter=self.letter, stance=Stance.ACCEPTS, statement=statement)
            Relation.objects.create(statement=statement, to=self.letter)
            Relation.objects.create(statement=statement, to=self.refusal, kind=Relation.Kind.REBUTS)
            Relation.objects.create(statement=statement, to=self.refusal, kind=Relation.Kind.RETRACTS)
            Relation.objects.create(statement=self.refusal, to=statement, kind=Relation.Kind.REPEATS)
            Response.objects.create(statement=self.refusal, letter=statement, stance=Stance.DEFLECTS)
        make.raise_demand(part, said)
        # Parts of public records that are private.
        for actor, role in ((person, "co_speaker"), (group, "signatory"), (seat, "addressee"), (unseen, "co_speaker")):
            Participant.objects.create(statement=self.letter, role=role, actor=actor)
            Participant.objects.create(statement=self.refusal, role=role, actor=actor)
        for actor in (person, group, seat):
            for role in Party.Role:
                Party.objects.create(demand=self.leave, role=role, actor=actor)
            make.check(self.leave, actor, "2021-06-01")
            make.check(self.silent, actor, "2021-06-01")
            make.check(self.silent, found="declined", reported_by=actor, sources=[self.report])
        make.check(demand, self.chief, "2021-06-01")
        make.check(letter=said, found="declined", sources=[self.report])
        make.check(self.leave, self.chief, "2021-06-02", found="declined", sources=[source])
        make.check(self.leave, self.chief, "2021-06-03", found="declined")
        make.cite(make.raise_demand(demand, self.letter), self.paper)
        make.raise_demand(demand, when="2020-06-02")
        make.answer(demand, Stance.PROMISES, statement=self.refusal)
        # What happened, and what was done.
        event = make.make_event([source, self.paper], slug=f"event-{slug}", when="2020-06-03", **given)
        make.affect(event, self.leave)
        make.affect(event, self.silent)
        make.affect(self.protest, demand)
        make.make_outcome(self.budget, [source], when=f"202{ordinal}-09", **given)
        make.make_outcome(self.silent, [self.report], when=f"202{ordinal}-10", assessor=person, **in_open)
        make.make_outcome(demand, [self.report], when=f"202{ordinal}-11", **in_open)
        # Citations: of a private source by everything public, of a public source by something private.
        held, raised = self.chief.memberships.get(post=self.post), self.letter.issuances.get(demand=self.leave)
        for record in (
            *(self.mayor, self.post, self.city, held, self.letter),
            *(self.leave, raised, self.protest, self.outcome),
        ):
            make.cite(record, source)
        make.cite(self.letter, source, about="Who signed", says=canary())
        for record in (person, roles[0], roles[1], demand):
            make.cite(record, self.paper)
        for corrected in (person, group, seat, source, said, by_private, demand, event):
            make.correct(corrected, sentence=canary())

    def _private_campaign(self, state: State) -> None:
        """Add a whole private campaign in which every record is published."""
        reason = "It was a hoax." if state == State.WITHDRAWN else ""
        campaign = make.make_campaign(
            slug=f"campaign-{state.value.replace('_', '-')}", state=state, withdrawal_reason=reason
        )
        given: dict[str, Any] = {"campaign": campaign}
        person, body = make.make_official(**given), make.make_organization(**given)
        demand = make.make_demand([person], [body], **given)
        letter = make.make_statement(speaker=person, signatories=[body], **given)
        make.raise_demand(demand, letter)
        make.answer(demand, speaker=person, **given)
        make.affect(make.make_event(**given), demand)
        make.make_outcome(demand)
        make.make_post(**given)
        make.check(demand, person)

    def _sort(self) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
        """Return the keys of the rows that no reader may know of, and of those that are withdrawn tombstones."""
        hidden: dict[str, set[int]] = {name: set() for name in PUBLIC}
        tombs: dict[str, set[int]] = {name: set() for name in PUBLIC}
        gone = set(Campaign.objects.exclude(state=State.PUBLISHED).values_list("pk", flat=True))
        for name in WITH_PAGE:
            for row in rows(name).filter(state=State.WITHDRAWN):
                if getattr(row, "campaign_id", None) not in gone:
                    tombs[name].add(row.pk)
        grown = True
        while grown:
            before = sum(map(len, hidden.values()))
            for name in PUBLIC:
                hidden[name] |= {row.pk for row in rows(name) if self._is_hidden(row, hidden, tombs)}
            grown = sum(map(len, hidden.values())) > before
        return hidden, tombs

    @staticmethod
    def _is_hidden(row: Any, hidden: dict[str, set[int]], tombs: dict[str, set[int]]) -> bool:
        name = str(row._meta.model_name)
        if row.pk in tombs[name]:
            return False
        if getattr(row, "state", State.PUBLISHED) != State.PUBLISHED:
            return True
        if isinstance(row, Correction) and row.kind == Correction.Kind.TYPO:
            return True
        if isinstance(row, Check):
            sources = {citation.pk for citation in row.citations.all()}
            if (sources or row.found != Check.Found.NOTHING_FOUND) and sources <= hidden["citation"]:
                return True  # a report without its source
        for field in row._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or (name, field.name) in LEFT_OUT:
                continue
            target = str(field.related_model._meta.db_table).removeprefix("campaigns_")
            if target not in hidden:
                continue  # an account
            pk = getattr(row, field.attname)
            # A withdrawn official's role in a public body stays: by it readers are told that the page was withdrawn.
            mourned = (name, field.name) == ("membership", "member") and row.organization_id not in hidden["actor"]
            # What was corrected stays told when its record is withdrawn, without the record's words.
            told = isinstance(row, Correction)
            if pk in hidden[target] or (pk in tombs[target] and not (mourned or told)):
                return True
        return False

    def _private_fields(self, row: Any) -> "list[models.Field[Any, Any]]":
        name = str(row._meta.model_name)
        fields = [field for field in row._meta.concrete_fields if not field.primary_key]
        if row.pk in self.hidden[name]:
            return [field for field in fields if field.name not in ("campaign", "state", "kind")]
        if row.pk in self.tombs[name]:
            return [field for field in fields if field.name not in TOMBSTONE]
        return [field for field in fields if field.name in PRIVATE.get(name, "").split()]

    def _mark(self) -> None:
        """Write a canary into every private text that can hold one."""
        for name in PUBLIC:
            for row in rows(name):
                marks = {}
                for field in self._private_fields(row):
                    if not isinstance(field, models.CharField | models.TextField | models.JSONField) or field.choices:
                        continue
                    if (name, field.name) in UNMARKED:
                        continue
                    mark = canary()
                    if field.name == "slug":
                        mark = mark.lower()
                    elif isinstance(field, models.URLField):
                        mark = f"https://{mark.lower()}.example.org/"
                    marks[field.name] = [mark] if isinstance(field, models.JSONField) else mark
                if marks:
                    rows(name).filter(pk=row.pk).update(**marks)

    @staticmethod
    def _remember() -> None:
        """Write a version of every row, with its canaries, and another one full of them, as if it had been edited.

        Of records that show their versions it is a draft, as its words would be public; before it comes one more that
        was published and differs in what no page shows.
        """
        for name in VERSIONED:
            found = list(rows(name))
            remember(found, "~")
            if name in CITABLE:
                for row in found:
                    row.withdrawal_reason, row.version = canary(), row.version + 1
                remember(found, "~")
            for row in found:
                for field in row._meta.concrete_fields:
                    if isinstance(field, models.TextField):
                        setattr(row, field.attname, canary())
                if name in CITABLE:
                    row.state = State.DRAFT
            remember(found, "~")

    @contextmanager
    def without_private(self) -> Iterator[None]:
        """Be world B for a while: the private rows are gone, the private fields of public ones are others."""
        with transaction.atomic():
            self._remember()  # the history cannot be emptied, so here it tells even more
            for name in STAFF:
                rows(name)._raw_delete("default")
            for name, hidden in self.hidden.items():
                if hidden:
                    rows(name).filter(pk__in=hidden)._raw_delete("default")
            lost = {name: self.hidden[name] | self.tombs[name] for name in PUBLIC}
            for name in PUBLIC:
                for row in rows(name):
                    others = {field.name: _other(row, field) for field in self._private_fields(row)}
                    others |= {
                        link: None
                        for owner, link in LEFT_OUT
                        if owner == name and getattr(row, f"{link}_id") in lost[owner]
                    }
                    if others:
                        rows(name).filter(pk=row.pk).update(**others)
            SearchEntry.objects.refresh_all()
            cache.clear()
            yield
            transaction.set_rollback(True)
        cache.clear()

    def slugs(self, name: str) -> dict[str, list[str]]:
        """Return the slugs of a noun in the open campaign: public, withdrawn and private ones."""
        found: dict[str, list[str]] = {"public": [], "withdrawn": [], "private": []}
        noun = "actor" if name in ("person", "official", "organization", "post") else name
        wanted = rows(noun)
        if noun == "actor":
            wanted = wanted.filter(kind="person" if name == "official" else name)
        if noun != "campaign":
            wanted = wanted.filter(campaign=self.campaign)
        for row in wanted:
            if name == "official" and row.pk not in self.hidden[noun] | self._in_office():
                found["private"].append(row.slug)  # there may be such a person, but no such official
                continue
            kind = "withdrawn" if row.pk in self.tombs[noun] else "private" if row.pk in self.hidden[noun] else "public"
            found[kind].append(row.slug)
        return found

    def _in_office(self) -> set[int]:
        """Return the primary keys of those with a public role in a public body."""
        roles = rows("membership").exclude(pk__in=self.hidden["membership"])
        return set(roles.filter(organization__classification="government").values_list("member", flat=True))


def _other(row: models.Model, field: "models.Field[Any, Any]") -> object:
    """Return another value than the row's that the column's constraints allow."""
    value = getattr(row, field.attname)
    if value is None or value in ("", []):
        return value
    match field:
        case models.ForeignKey():
            return None if field.null and field.name != "speaker" and field.model not in (Citation, Issuance) else value
        case _ if field.choices and isinstance(field, models.CharField):
            return next(str(choice) for choice, _ in field.flatchoices if choice and choice != value)
        case _ if (str(row._meta.model_name), field.name) in UNMARKED:
            return value
        case models.JSONField():
            return [canary()]
        case models.URLField():
            return f"https://{canary().lower()}.example.org/"
        case models.CharField() | models.TextField():
            return canary()
        case models.DateTimeField():
            return value + dt.timedelta(days=1, seconds=3)
        case models.DateField():
            return dt.date(1999, 1, 1)
        case models.BooleanField():
            return not value and field.name != "speaks_for"  # which only some may
        case models.IntegerField() if field.name in ("position", "version", "check_after"):
            return value + 1
    return value

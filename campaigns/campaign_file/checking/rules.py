"""What takes more than one field to see, and everything that the database would refuse, found before a row is written.

The rules look at the data as it was read and not at the schemas' instances: a file with one unknown key has none, and
its other problems are to be told all the same. So each rule skips what has not the form that it needs; that is told
by the schemas.
"""

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from campaigns import models, schemas
from campaigns.campaign_file.checking.publication import unpublishable
from campaigns.campaign_file.checking.slugs import Found, Records, a, listed, namespace, text_of
from campaigns.campaign_file.existing import Existing
from campaigns.campaign_file.problems import Problem, nearest, shown
from campaigns.campaign_file.reading.document import Document
from campaigns.campaign_file.reading.parsing import Items, Keys
from campaigns.campaign_file.reading.schema_paths import Path, mappings, references
from campaigns.models import PartialDate, Relation, State

__all__ = ["check"]

#: What nobody finds by looking: somebody reports it.
_REPORTS = {*models.Check.Found.values} - {models.Check.Found.NOTHING_FOUND}
#: Looking for the nearest of thousands of slugs takes time; after so many the reader has understood.
_MOST_SUGGESTIONS = 50


def check(document: Document, existing: Existing, *, publish: bool, prune: bool, held: bool = False) -> list[Problem]:
    """Return every problem of the document as it would be applied to what exists; none, and it can be applied."""
    records = Records(document, existing, publish=publish, held=held)
    checker = _Checker(document, existing, records)
    found = [*records.problems, *checker.run(), *unpublishable(existing, records, prune=prune)]
    return [document.problem(*problem) for problem in found]


def _date(value: object) -> PartialDate | None:
    """Return the date of a text, or of a mapping with its precision; None where it is none."""
    text = value.get("date") if isinstance(value, Keys) else value
    try:
        return PartialDate.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None


class _Checker:
    """One look at a document; each rule yields (path, message, expected)."""

    def __init__(self, document: Document, existing: Existing, records: Records) -> None:
        self.data, self.existing, self.records = document.data, existing, records
        self.suggestions = 0
        self.letters, self.posts = self._letters(), self._posts()

    def run(self) -> Iterator[Found]:
        """Yield everything that is wrong."""
        rules = {
            schemas.Organization: self._organization,
            schemas.Post: self._post,
            schemas.Role: self._role,
            schemas.Demand: self._demand,
            schemas.Raised: self._raised,
            schemas.Dispute: self._dispute,
            schemas.DisputedValue: self._disputed_value,
            schemas.Statement: self._statement,
            schemas.Response: self._response,
            schemas.Check: self._check,
            schemas.Event: self._event,
            schemas.Correction: self._correction,
        }
        for path, model, item in mappings(self.data):
            for at, noun, slug in references(item, model, path):
                yield from self._reference(at, noun, slug)
            yield from self._dates(path, model, item)
            yield from self._withdrawal(path, model, item)
            yield from self._repeated(path, model, item)
            if "roles" in model.model_fields:
                yield from self._holder(path, item)
            if "corrections" in model.model_fields:
                yield from _twice((*path, "corrections"), map(_moment, listed(item, "corrections")))
            if model in rules:
                yield from rules[model](path, item)
        yield from self._circles("organizations", "parent", self.existing.actors, "parent_id")
        for section in ("organizations", "people", "posts"):
            yield from self._circles(section, "merged_into", self.existing.actors, "merged_into_id")
        yield from self._circles("demands", "part_of", self.existing.demands, "parent_id")
        yield from self._circles("demands", "successor_of", self.existing.demands, "predecessor_id")

    # Rules for every mapping

    def _reference(self, path: Path, noun: str, slug: str) -> Iterator[Found]:
        """A slug names a record, and one of the right kind."""
        if self.records.get(noun, slug):
            return
        if other := self.records.by_slug[namespace(noun)].get(slug) or self.records.other(slug):
            message = f"“{shown(slug)}” is {a(other.noun)}, not {a(noun)}"
        else:
            database = " and not in the database" if self.existing.campaign else ""
            message = f"there is no {noun} “{shown(slug)}” in the file{database}"
        near = None
        if self.suggestions < _MOST_SUGGESTIONS:
            self.suggestions += 1
            near = nearest(slug, self.records.slugs(noun))
        yield path, message, f"the slug of {a(noun)}" + (f", such as “{near}”" if near else "")

    def _dates(self, path: Path, model: type[schemas.Base], item: Keys) -> Iterator[Found]:
        """The precision is the date's own, and the end is not before the start."""
        date, said = _date(item), text_of(item, "precision")
        if "precision" in model.model_fields and said in schemas.PRECISIONS.values():
            if date and said != date.precision.name.lower():
                forms = {"day": "2021-04-22", "month": "2021-04", "year": "2021"}
                message = f"the date “{date.isoformat()}” is a {date.precision.name.lower()}, the precision says {said}"
                yield (*path, "precision"), message, f"{date.precision.name.lower()}, or a date such as {forms[said]}"
            elif not text_of(item, "date"):
                yield (*path, "precision"), "there is a precision without a date", "a date, or neither"
        start, end = _date(item.get("start")) or date, _date(item.get("end"))
        if start and end and end.last < start.first:
            message = f"the end, {end.isoformat()}, lies before the start, {start.isoformat()}"
            yield (*path, "end"), message, "an end that is not before the start"

    def _withdrawal(self, path: Path, model: type[schemas.Base], item: Keys) -> Iterator[Found]:
        """A record is withdrawn with a reason, and nothing else has one."""
        if "withdrawal_reason" not in model.model_fields:
            return
        withdrawn, reason = item.get("state") == State.WITHDRAWN, text_of(item, "withdrawal_reason")
        if withdrawn and not reason.strip():
            yield (*path, "state"), "it is withdrawn without a reason", "withdrawal_reason, which readers will see"
        elif reason and not withdrawn:
            yield (*path, "withdrawal_reason"), "there is a reason and no withdrawal", "state: withdrawn"

    def _repeated(self, path: Path, model: type[schemas.Base], item: Keys) -> Iterator[Found]:
        """Nothing stands twice in a list."""
        for key, values in item.items():
            if key == "sources" and model in (schemas.CampaignFile, schemas.DisputedValue):
                continue
            if isinstance(values, Items):
                yield from _twice((*path, key), [v["source"] if _is_citation(v) else v for v in values])
        if model is schemas.DisputedValue:
            # On a disputed point one source may say the same in two places.
            cited = [
                tuple(text_of(v, key) for key in ("source", "quote", "place")) if _is_citation(v) else (v, "", "")
                for v in listed(item, "sources")
            ]
            yield from _twice((*path, "sources"), [one if isinstance(one[0], str) else None for one in cited])

    # Rules for one kind of mapping

    def _organization(self, path: Path, item: Keys) -> Iterator[Found]:
        slug = text_of(item, "slug")
        terms: list[tuple[Any, ...]] = []
        for number, member in enumerate(listed(item, "members")):
            name = text_of(member, "organization") if isinstance(member, Keys) else member
            if name == slug:
                yield (*path, "members", number), f"“{shown(slug)}” is a member of itself", "another organization"
            terms.append((name, *_ends(member)) if isinstance(member, Keys) else (name, None, None))
        yield from _twice((*path, "members"), [term if isinstance(term[0], str) else None for term in terms])
        for number, role in enumerate(listed(item, "roles")):
            if isinstance(role, Keys) and slug and text_of(role, "organization") == slug:
                message = f"“{shown(slug)}” has a role in itself"
                yield (*path, "roles", number, "organization"), message, "another organization"

    def _post(self, path: Path, item: Keys) -> Iterator[Found]:
        """A post is told apart by its name and organization: roles name it so."""
        key = (text_of(item, "name"), text_of(item, "organization") or None)
        slug, other = text_of(item, "slug"), self.posts.get(key)
        if key[1] is None:
            yield from _for_nobody(path, item)
        if not (key[0] and slug) or other in (None, slug):
            self.posts.setdefault(key, slug)
            return
        of = f" of “{shown(key[1])}”" if key[1] else ""
        yield (
            (*path, "name"),
            f"the post “{shown(key[0])}”{of} is “{shown(other)}” already",
            "one post of that name there",
        )

    def _holder(self, path: Path, item: Keys) -> Iterator[Found]:
        """Nobody has the same role twice at the same time."""
        roles = [role if isinstance(role, Keys) else None for role in listed(item, "roles")]
        yield from _twice(
            (*path, "roles"),
            [role and (text_of(role, "post"), text_of(role, "organization"), *_ends(role)) for role in roles],
        )

    def _role(self, path: Path, item: Keys) -> Iterator[Found]:
        if not text_of(item, "post") and not text_of(item, "organization"):
            yield path, "the role has neither a post nor an organization", "one of them, or both"
        elif not text_of(item, "organization"):
            yield from _for_nobody(path, item)

    def _demand(self, path: Path, item: Keys) -> Iterator[Found]:
        for key, columns in (("raised", ("statement",)), ("outcomes", ("status", "date"))):
            yield from _twice((*path, key), [_columns(one, columns) for one in listed(item, key)])
        yield from _twice((*path, "checks"), map(_look, listed(item, "checks")))
        dated = (
            one if isinstance(one, Keys) and not text_of(one, "statement") else None for one in listed(item, "raised")
        )
        yield from _twice((*path, "raised"), [_columns(one, ("date",)) for one in dated])

    def _raised(self, path: Path, item: Keys) -> Iterator[Found]:
        """What a statement raised was raised when it was made."""
        date, slug = _date(item), text_of(item, "statement")
        if not slug and not text_of(item, "date"):
            yield path, "there is neither a statement nor a date", "a statement, or the date where none is known"
        record = self.records.get("statement", slug) if slug else None
        if not record or not date:
            return
        if record.data is not None:
            start, end = _date(record.data), _date(record.data.get("end"))
        else:
            start, end = record.row.when, record.row.end
        if start and not date.overlaps(start.first, (end or start).last):
            message = f"the date {date.isoformat()} is not that of “{shown(slug)}”, {start.isoformat()}"
            yield (*path, "date"), message, "a date that the statement's date can mean, or none"

    def _dispute(self, path: Path, item: Keys) -> Iterator[Found]:
        if isinstance(item.get("values"), Items) and not item["values"]:
            yield (*path, "values"), "the list is empty", "what each source says"
        yield from _twice((*path, "values"), [_columns(one, ("value",)) for one in listed(item, "values")])

    def _disputed_value(self, path: Path, item: Keys) -> Iterator[Found]:
        if isinstance(item.get("sources"), Items) and not item["sources"]:
            yield (*path, "sources"), "the list is empty", "the source that says so"

    def _statement(self, path: Path, item: Keys) -> Iterator[Found]:
        if not text_of(item, "speaker") and not text_of(item, "speaker_label"):
            yield path, "nobody said it", "a speaker, or speaker_label: how the source names an unnamed one"
        if text_of(item, "translation") and not text_of(item, "quote"):
            yield (*path, "translation"), "there is a translation and no quote", "the quote that it translates"
        slug = text_of(item, "slug")
        for kind in Relation.Kind:
            for number, other in enumerate(listed(item, kind)):
                if slug and other == slug:
                    message = f"the statement {kind.label} itself"
                    yield (*path, str(kind), number), message, "another statement"
        responses = listed(item, "responds_to")
        yield from _twice((*path, "responds_to"), [_columns(one, ("demand",)) for one in responses])
        yield from _twice((*path, "responds_to"), [_columns(one, ("letter",)) for one in responses])
        for number, response in enumerate(responses):
            if isinstance(response, Keys) and slug and text_of(response, "letter") == slug:
                yield (*path, "responds_to", number, "letter"), "the statement answers itself", "another statement"
        date, deadline = _date(item), _date(item.get("deadline"))
        if date and deadline and deadline.last < date.first:
            message = f"the deadline, {deadline.isoformat()}, lies before the statement, {date.isoformat()}"
            yield (*path, "deadline"), message, "a deadline that does not"
        yield from _twice((*path, "checks"), map(_look, listed(item, "checks")))

    def _response(self, path: Path, item: Keys) -> Iterator[Found]:
        """It answers a demand or a whole letter, and the letter raises something."""
        demand, letter = text_of(item, "demand"), text_of(item, "letter")
        if demand and letter:
            yield path, "there is both a demand and a letter", "one of the two"
        elif not demand and not letter:
            yield path, "there is neither a demand nor a letter", "one of the two"
        if letter and letter not in self.letters and self.records.get("statement", letter):
            yield (
                (*path, "letter"),
                f"“{shown(letter)}” raises no demand",
                "a statement that a demand names under raised",
            )

    def _check(self, path: Path, item: Keys) -> Iterator[Found]:
        """What somebody reports has a source; an editor's own look needs none."""
        sourced = bool(item.get("source")) or bool(listed(item, "sources"))
        if item.get("source") and listed(item, "sources"):
            yield (*path, "sources"), "there is both a source and a list of sources", "one of the two"
        found = text_of(item, "found")
        reports = {"found": found if found in _REPORTS else "", "reported_by": text_of(item, "reported_by")}
        for key, said in reports.items():
            if said and not sourced:
                message = f"“{shown(said)}” is a report and has no source"
                yield (*path, key), message, "source: the slug of the source that reports it"

    def _event(self, path: Path, item: Keys) -> Iterator[Found]:
        yield from _twice((*path, "affects"), [_columns(one, ("demand",)) for one in listed(item, "affects")])

    def _correction(self, path: Path, item: Keys) -> Iterator[Found]:
        """A correction tells readers something, a slip nothing."""
        kinds = models.Correction.Kind
        kind, sentence = text_of(item, "kind") or kinds.CORRECTION, text_of(item, "sentence")
        if kind == kinds.TYPO and sentence:
            yield (*path, "sentence"), "it is a typo and says something to readers", "no sentence, or kind: correction"
        elif kind in models.Correction.TOLD and not sentence.strip():
            lacks = "why" if kind == kinds.WITHDRAWAL else "what was corrected"
            yield path, f"the {kind} does not say {lacks}", "a sentence for readers, or kind: typo"
        if kind in kinds.values and kind != kinds.CORRECTION and item.get("hides_earlier"):
            yield (*path, "hides_earlier"), f"it is a {kind} and hides what stood there", "false, or kind: correction"

    # Rules for the whole file

    def _letters(self) -> set[str]:
        """Return the slugs of the statements that raise a demand."""
        slugs = {row.pk: slug for slug, row in self.existing.statements.items()}
        raising = {slugs[row.statement_id] for row in self.existing.links[models.Issuance] if row.statement_id}
        for record in self.records.in_file():
            if record.data is not None and record.noun == "demand":
                raising |= {text_of(one, "statement") for one in listed(record.data, "raised") if isinstance(one, Keys)}
        return raising

    def _posts(self) -> dict[tuple[str, str | None], str]:
        """Return the posts that the database has and the file does not define anew."""
        return {
            key: slug
            for key, slug in self.existing.posts.items()
            if (record := self.records.get("post", slug)) and record.path is None
        }

    def _circles(self, section: str, key: str, rows: dict[str, Any], column: str) -> Iterator[Found]:
        """Nothing is a part, a successor or a child of itself, not in several steps either."""
        slugs = {row.pk: slug for slug, row in rows.items()}
        above = {slug: slugs.get(getattr(row, column)) for slug, row in rows.items()}
        items = [(n, item) for n, item in enumerate(listed(self.data, section)) if isinstance(item, Keys)]
        above |= {text_of(item, "slug"): text_of(item, key) or None for _, item in items}
        told: set[str] = set()
        for number, item in items:
            chain: list[str] = []
            slug: str | None = text_of(item, "slug")
            while slug and slug not in chain and slug not in told:
                chain.append(slug)
                slug = above.get(slug)
            if slug and chain and slug == chain[0]:
                told |= set(chain)
                yield (section, number, key), f"it leads back to itself: {' → '.join([*chain, slug])}", "no circle"


def _is_citation(value: object) -> bool:
    return isinstance(value, Keys) and isinstance(value.get("source"), str)


def _ends(item: Keys) -> tuple[PartialDate | None, PartialDate | None]:
    return _date(item.get("start")), _date(item.get("end"))


def _for_nobody(path: Path, item: Keys) -> Iterator[Found]:
    """Whoever speaks for an organization has one."""
    if text_of(item, "speaks_for") == "true":
        yield (*path, "speaks_for"), "there is no organization to speak for", "an organization, or no speaks_for"


def _look(item: object) -> Hashable:
    """Return what tells a check from the others; None for a report: two sources may report the same silence."""
    if not isinstance(item, Keys) or text_of(item, "found") in _REPORTS:
        return None
    return (text_of(item, "addressee"), text_of(item, "date"), text_of(item, "reported_by"))


def _moment(item: object) -> str | None:
    """Return when a correction was made, in one form whatever its time zone; None where that is no moment."""
    try:
        at = dt.datetime.fromisoformat(text_of(item, "at") if isinstance(item, Keys) else "")
        return at.astimezone(dt.UTC).isoformat()
    except (ValueError, OverflowError):
        return None


def _columns(item: object, keys: tuple[str, ...]) -> Hashable:
    """Return the values of keys that tell an item from others of its list; None where one is missing."""
    values = tuple(text_of(item, key) for key in keys) if isinstance(item, Keys) else ()
    return values if values and all(values) else None


def _twice(path: Path, values: Iterable[Any]) -> Iterator[Found]:
    """Yield the items of a list that stand there twice; what is not a text or a tuple does not count."""
    first: dict[Hashable, int] = {}
    for number, value in enumerate(values):
        if isinstance(value, (str, tuple)) and value in first:
            words = ", ".join(str(part) for part in value if part) if isinstance(value, tuple) else value
            yield (*path, number), f"“{shown(words)}” stands twice; it is item {first[value] + 1} too", "each once"
        elif isinstance(value, (str, tuple)):
            first[value] = number

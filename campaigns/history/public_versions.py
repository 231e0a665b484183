"""What a record said before: every version of its own words that readers could see, numbered for good.

A version is told from the one before it by these words alone. Drafts, whatever no page shows, how often somebody
saved and what linked records say leave no trace: neither in the numbers nor in the moments.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import CharField, Value
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.models import Actor, Campaign, Correction, Demand, Event, Partial, State, Statement, history_of
from campaigns.text.languages import language_name

__all__ = ["SAID", "Citable", "Version", "Word", "canonical", "explained", "number_of", "versions_of", "words_of"]

#: The nouns that are cited by their own address.
Citable = Statement | Demand | Event
#: Their own words that their page shows, in its order; whom a statement names stands here by key, as names change.
SAID: dict[type[Citable], tuple[str, ...]] = {
    Statement: (
        *(
            "kind",
            "speaker_id",
            "speaker_label",
            "capacity",
            "on_behalf_of_id",
            "when",
            "end",
            "deadline",
            "venue",
            "summary",
        ),
        *("quote", "language", "translation", "signatories_incomplete", "note"),
    ),
    Demand: ("title", "text", "language", "translation", "note"),
    Event: ("title", "when", "end", "venue", "summary", "note"),
}
#: Whoever is named must be public for a statement to be.
_NAMED = ("speaker_id", "on_behalf_of_id")


@dataclass(frozen=True)
class Version:
    """Words that stood on a record's page; ``record`` is an unsaved one that says them."""

    number: int
    record: Any
    #: When readers saw them first, and when they saw others in their place.
    since: dt.datetime
    until: dt.datetime | None = None
    #: What was said of the change that ended it (`explained`); a slip is said to have been one.
    corrections: tuple[Correction, ...] = ()
    #: The correction whose sentence is all that is still shown (`explained`).
    hidden_by: Correction | None = None

    @property
    def slip(self) -> bool:
        """Whether all that is said of its end is that a slip of ours was mended."""
        return bool(self.corrections) and all(one.kind == Correction.Kind.TYPO for one in self.corrections)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the words, in hexadecimal digits."""
        return hashlib.sha256(canonical(self.record)).hexdigest()


def canonical(record: Citable) -> bytes:
    """Return a record's words as JSON in the one form that is hashed: keys in order, no spaces, UTF-8.

    What is empty is left out, so that a column that is added later changes no hash; an actor is a number.
    """
    said = {}
    for name in SAID[type(record)]:
        value = getattr(record, name)
        if value not in (None, "", False):
            key = "date" if name == "when" else name.removesuffix("_id")
            said[key] = value.isoformat() if name in ("when", "end", "deadline") else value
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class _Step(NamedTuple):
    """Something that decides what readers see from then on."""

    #: Never before the step that was written before it, so that all can be put in one order.
    order: dt.datetime
    moment: dt.datetime
    key: tuple[str, int]
    public: bool
    words: tuple[Any, ...] = ()


def versions_of(record: Citable) -> list[Version]:
    """Return the versions of a record that is public now, oldest first. Two queries, however many there are.

    What one change wrote and replaced itself was seen by nobody; nor was what stood in a campaign that was private,
    or named somebody who was.
    """
    model = type(record)
    columns = [column for name in SAID[model] for column in _columns(model, name)]
    mine = ("record", record.pk)
    steps: list[_Step] = []
    named: set[int] = set()
    written = history_of(model).filter(id=record.pk).order_by("history_id")
    for moment, kind, state, *words in written.values_list("history_date", "history_type", "state", *columns):
        order = max(moment, steps[-1].order) if steps else moment
        steps.append(_Step(order, moment, mine, kind != "-" and state == State.PUBLISHED, tuple(words)))
        named |= {words[columns.index(name)] for name in _NAMED if name in columns} - {None}
    others = list(_states(record.campaign_id, named))
    public: dict[tuple[str, int], bool] = {}
    found: list[Version] = []
    said: tuple[Any, ...] = ()
    last: tuple[Any, ...] = ()
    steps = sorted([*others, *steps], key=itemgetter(0))
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        public[step.key] = step.public
        said = step.words if step.key == mine else said
        if (after and after.moment == step.moment) or said == last or not said:
            continue
        actors = [("actor", said[columns.index(name)]) for name in _NAMED if name in columns]
        needed = [mine, ("campaign", record.campaign_id), *(key for key in actors if key[1] is not None)]
        if not all(public.get(key) for key in needed):
            continue
        if found:
            found[-1] = replace(found[-1], until=step.moment)
        values = dict(zip(columns, said, strict=True))
        row = model(pk=record.pk, campaign=record.campaign, slug=record.slug, **values)
        found.append(Version(len(found) + 1, row, step.moment))
        last = said
    return found


def _columns(model: type[Citable], name: str) -> tuple[str, ...]:
    partial = vars(model).get(name)
    return (partial.date, partial.precision) if isinstance(partial, Partial) else (name,)


def _states(campaign: int, actors: Iterable[int]) -> Iterator[_Step]:
    """Yield when the campaign and the actors became public or private, in one query."""
    columns = ("history_id", "history_date", "id", "history_type", "state")
    both = []
    for noun, model, pks in (("campaign", Campaign, [campaign]), ("actor", Actor, actors)):
        versions = history_of(model).filter(id__in=pks).order_by()
        both.append(versions.annotate(noun=Value(noun, CharField())).values_list("noun", *columns))
    for noun, _number, moment, pk, kind, state in sorted(both[0].union(both[1], all=True), key=itemgetter(0, 1)):
        yield _Step(moment, moment, (noun, pk), kind != "-" and state == State.PUBLISHED)


def number_of(record: Citable) -> int | None:
    """Return the number of the words that a public record shows. Two queries.

    None where the history does not say them: they were written past it, and no number may stand for others.
    """
    versions = versions_of(record)
    same = bool(versions) and canonical(versions[-1].record) == canonical(record)
    return versions[-1].number if same else None


def explained(record: Citable, versions: list[Version]) -> list[Version]:
    """Return the versions with what was said when each ended, and with what must not be shown any more. Two queries.

    A correction was said of a change when it was written in it.
    """
    mine = Correction.objects.filter(**{Correction.arc(record): record.pk})
    said = {one.pk: one for one in mine}
    made: dict[int, dt.datetime] = {}
    hid: dict[int, dt.datetime] = {}
    written = history_of(Correction).filter(id__in=mine.order_by().values("pk"))
    for pk, moment, hides in written.order_by("history_id").values_list("id", "history_date", "hides_earlier"):
        made.setdefault(pk, moment)
        if hides:
            hid.setdefault(pk, moment)
    found = []
    #: The newest version that was there when it was said of one before it that it must go; all before it go.
    standing: dict[int, Correction] = {}
    for correction in said.values():
        if correction.hides_earlier:
            # Without a moment in the history it was written past it: then only the newest words stay.
            until = hid.get(correction.pk)
            newest = max((v.number for v in versions if until is None or v.since <= until), default=0)
            standing.setdefault(newest, correction)
    for version in versions:
        hiding = [standing[number] for number in sorted(standing) if version.number < number]
        ended = tuple(said[pk] for pk, moment in made.items() if pk in said and moment == version.until)
        found.append(replace(version, corrections=ended, hidden_by=hiding[0] if hiding else None))
    return found


class Word(NamedTuple):
    """One of a record's words as a page shows it; ``prose`` is text that the record has in these letters."""

    name: str
    label: str
    text: str
    language: str = ""
    prose: bool = False


def words_of(record: Citable, actors: dict[int, Actor]) -> list[Word]:
    """Return what a record says, in words; ``actors`` are those who are public now, by their key."""
    model: Any = type(record)
    found = []
    for name in SAID[model]:
        value = getattr(record, name)
        partial = vars(model).get(name)
        column = model._meta.get_field(partial.date if isinstance(partial, Partial) else name.removesuffix("_id"))
        if value in (None, "", False):
            continue
        language = getattr(record, "language", "") if name in ("quote", "text") else ""
        text, prose = str(value), not (column.choices or name in ("language", "when", "end", "deadline"))
        if name in _NAMED:
            text = actors[value].name if value in actors else _("somebody who is not on this record any more")
            prose = False
        elif column.choices:
            text = str(dict(column.flatchoices).get(value, value))
        elif value is True:
            text, prose = _("yes"), False
        elif name == "language":
            text = language_name(value)
        found.append(Word(name, str(capfirst(column.verbose_name)), text, language, prose))
    return found

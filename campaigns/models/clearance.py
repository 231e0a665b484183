"""What in the record looks like a private detail; and who said, with a reason, that it may be public."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.actor import Actor
from campaigns.models.authorship import authors_of, first_writers
from campaigns.models.campaign import Campaign
from campaigns.models.correction import Correction
from campaigns.models.demand import Demand
from campaigns.models.event import Event
from campaigns.models.outcome import Outcome
from campaigns.models.owned_rows import PARTS
from campaigns.models.publishing import Publishable, Unpublishable, account
from campaigns.models.source import Source
from campaigns.models.statement import Statement
from campaigns.text.private_details import Detail, DetailKind, private_details

__all__ = ["Clearance", "ClearanceQuerySet", "Private"]

#: Texts that nobody wrote as such, or that follow from others.
_NO_TEXTS = {"slug", "language", "languages", "timezone", "folded_name", "withdrawal_reason"}


class Private(NamedTuple):
    """What looks like a private detail in a record, and in which of its texts."""

    record: Publishable
    where: str
    detail: Detail

    def sentence(self) -> str:
        """Return what stands between the record and publication."""
        return _(
            "%(noun)s “%(name)s” seems to tell %(kind)s (%(where)s): “%(words)s”. Take it out, or a second person says"
            " that it may be public."
        ) % {
            "noun": self.record.noun(),
            "name": self.record,
            "kind": DetailKind(self.detail.kind).label,
            "where": self.where,
            "words": self.detail.words,
        }


def _texts_of(model: type[models.Model]) -> list[Any]:
    """Return the columns of a model that hold words which readers may see."""
    words: Any = (models.CharField, models.TextField, models.JSONField)
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, words)
        and not isinstance(column, models.URLField)
        and not column.choices
        and column.name not in _NO_TEXTS
    ]


#: Each noun, and by which keys the rows that are shown with it lead to it; a role's source belongs to its holder.
_SHOWN_WITH: dict[Any, list[tuple[type[models.Model], str]]] = {
    model: [
        *((part, key) for part, key in parts),
        *((deeper, f"{way}__{key}") for part, key in parts for deeper, way in PARTS.get(part, ())),
        *([(Correction, name)] if (name := str(model._meta.model_name)) in Correction.SUBJECTS else ()),
    ]
    for model, parts in PARTS.items()
    if issubclass(model, Publishable)
}
_MOST = max(len(_texts_of(part)) for parts in _SHOWN_WITH.values() for part, _key in parts)


def _parts_texts(model: Any, pks: Iterable[int], campaign: Campaign | None) -> Iterator["models.QuerySet[Any, Any]"]:
    """Yield for each kind of row that is shown with records of a noun: (noun, record, kind of row, its texts …)."""
    noun = Value(str(model._meta.model_name), models.CharField())
    for number, (part, key) in enumerate(_SHOWN_WITH[model]):
        columns = _texts_of(part)
        if not columns:
            continue
        of = {f"{key}__campaign": campaign} if campaign is not None else {f"{key}__in": list(pks)}
        texts: list[Any] = [Cast(F(column.name), models.TextField()) for column in columns]
        texts += [Value("", models.TextField())] * (_MOST - len(columns))
        named = {f"told_{place}": text for place, text in enumerate(texts)}
        yield (
            part._base_manager.filter(**of)
            .order_by()
            .annotate(told_noun=noun, told_of=F(f"{key}_id"), told_row=Value(number, models.IntegerField()), **named)
            .values_list("told_noun", "told_of", "told_row", *named)
        )


def _told(records: Iterable[Publishable], campaign: Campaign | None) -> Iterator[tuple[Publishable, str, str]]:
    """Yield (record, which text, the text) of all that readers may see of records; one query for all of them.

    With a campaign the rows of all its records are read, for when the records are most of it.
    """
    by_key: dict[tuple[str, int], Publishable] = {}
    by_model: dict[Any, list[int]] = defaultdict(list)
    for record in records:
        model = record._meta.concrete_model
        by_key[str(model._meta.model_name), record.pk] = record  # type: ignore[union-attr]
        by_model[model].append(record.pk)
        for column in _texts_of(model):  # type: ignore[arg-type]
            value = getattr(record, column.attname)
            for text in value if isinstance(value, list) else [value]:
                yield record, str(capfirst(column.verbose_name)), str(text)
    queries = [query for model, pks in by_model.items() for query in _parts_texts(model, pks, campaign)]
    if not queries:
        return
    kinds = {str(model._meta.model_name): _SHOWN_WITH[model] for model in by_model}
    for noun, pk, number, *texts in queries[0].union(*queries[1:], all=True):
        if (noun, pk) not in by_key:
            continue
        part = kinds[noun][number][0]
        for column, text in zip(_texts_of(part), texts, strict=False):
            yield by_key[noun, pk], f"{capfirst(part._meta.verbose_name)}: {column.verbose_name}", text


class ClearanceQuerySet(models.QuerySet["Clearance"]):
    """Private details of which somebody asked whether they may be public, or said so."""

    def of(self, *records: Publishable) -> "ClearanceQuerySet":
        """Keep those of the records, the newest first."""
        keys: dict[str, set[int]] = defaultdict(set)
        for record in records:
            keys[Correction.arc(record)].add(record.pk)
        mine = Q(campaign__in=keys.pop("", ()), **dict.fromkeys(Correction.SUBJECTS))
        for name, pks in keys.items():
            mine |= Q(**{f"{name}__in": pks})
        return self.filter(mine).order_by("-asked_at", "-pk").select_related("asked_by", "allowed_by")

    def open_in(self, records: Iterable[Publishable], campaign: Campaign | None = None) -> list[Private]:
        """Return what in the records looks like a private detail and nobody said may be public, each once.

        One query, and another where something is found. ``campaign`` is that of all the records: give it where they
        are many.
        """
        found = [
            Private(record, where, detail)
            for record, where, text in _told(records, campaign)
            for detail in private_details(text)
        ]
        if not found:
            return []
        allowed = {
            (row.arc, row.kind, row.words)
            for row in self.of(*{id(one.record): one.record for one in found}.values()).filter(allowed_at__isnull=False)
        }
        keys = {(*_key(one.record), *one.detail): one for one in reversed(found)}
        return [one for (noun, pk, *detail), one in reversed(keys.items()) if ((noun, pk), *detail) not in allowed]

    @transaction.atomic
    def ask(self, record: Publishable, by: Any, details: Iterable[Detail]) -> None:
        """Note that somebody wants to write details into a record which readers see already."""
        for detail in details:
            if not self.of(record).filter(kind=detail.kind, words=detail.words, asked_by=by, allowed_at=None).exists():
                self._new(record, detail, asked_by=by).save()

    @transaction.atomic
    def allow(self, record: Publishable, by: Any, details: Iterable[Detail], reason: str) -> None:
        """Say that details may be public. Raise Unpublishable without a reason, or where it is no second person.

        Who wrote them says the history; of what is not saved yet, who asked.
        """
        if not reason.strip():
            raise Unpublishable([_("Write why it may be public.")])
        wanted, asked = set(details), dict[Detail, Clearance]()
        for row in self.select_for_update(of=("self",)).of(record).filter(allowed_at=None):
            asked.setdefault(Detail(row.kind, row.words), row)
        rows = [row for detail, row in asked.items() if detail in wanted]
        rows += [
            self._new(record, detail, asked_by=self.writer_of(record, detail))
            for detail in wanted
            if detail not in asked
        ]
        wrote = [first_writers(record, detail.words) for detail in wanted]
        if any(row.asked_by_id == by.pk for row in rows) or any(by in writers for writers in wrote):
            raise Unpublishable([_("You wrote it yourself: somebody else says whether it may be public.")])
        for row in rows:
            row.allowed_by, row.allowed_at, row.reason = by, timezone.now(), reason.strip()
            row.full_clean()
            row.save()

    def allow_by_command(self, found: Iterable[Private], reason: str) -> None:
        """Note that an operator published details with a command, and so answers for them; no account is named."""
        for one in found:
            row = self._new(one.record, one.detail)
            row.allowed_at, row.reason = row.asked_at, reason
            row.save()

    @staticmethod
    def authors_of(record: Publishable) -> set[int]:
        """Return the keys of the accounts that wrote what no reader has seen yet of a record."""
        return authors_of(record)

    @staticmethod
    def writer_of(record: Publishable, detail: Detail) -> Any:
        """Return who wrote a detail into a record first; where the history names nobody, whoever changed it last."""
        return next(iter(first_writers(record, detail.words)), record.edited_by)

    def _new(self, record: Publishable, detail: Detail, asked_by: Any = None) -> "Clearance":
        name = Correction.arc(record)
        campaign = record if isinstance(record, Campaign) else record.campaign
        arc = {name: record} if name else {}
        return Clearance(campaign=campaign, kind=detail.kind, words=detail.words, asked_by=asked_by, **arc)


def _key(record: Publishable) -> tuple[str, int]:
    return Correction.arc(record), record.pk


def _subject(model: type[Publishable]) -> Any:
    return models.ForeignKey(model, models.PROTECT, null=True, blank=True, related_name="clearances")


class Clearance(models.Model):
    """A private detail in a record may be public: who asked, who said so and why. No reader ever sees it.

    It holds for these words in this record, whatever else changes: other words ask anew. At most one of the foreign
    keys after the campaign is set; none where it is about the campaign's own texts.
    """

    SUBJECTS: ClassVar[tuple[str, ...]] = Correction.SUBJECTS

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="clearances")
    actor = _subject(Actor)
    source = _subject(Source)
    statement = _subject(Statement)
    demand = _subject(Demand)
    event = _subject(Event)
    outcome = _subject(Outcome)
    kind = models.CharField(_lazy("what it is"), max_length=10, choices=DetailKind)
    words = models.CharField(_lazy("the words"), max_length=200)
    #: Who wrote it; empty where a command brought it.
    asked_by = account(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    #: Empty as long as nobody has said that it may be public, and where a command published it.
    allowed_by = account(null=True, blank=True)
    allowed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.TextField(_lazy("reason"), blank=True)

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _lazy("private detail that may be public")
        verbose_name_plural = _lazy("private details that may be public")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(allowed_at=None, allowed_by=None, reason="")
                | (Q(allowed_at__isnull=False) & ~Q(reason="")),
                name="clearance_has_reason",
                violation_error_message=_lazy("Write why it may be public."),
            ),
            models.CheckConstraint(
                condition=Q(asked_by=None) | Q(allowed_by=None) | ~Q(allowed_by=F("asked_by")),
                name="clearance_second_person",
                violation_error_message=_lazy("You wrote it yourself: somebody else says whether it may be public."),
            ),
        ]

    def __str__(self) -> str:
        """Return the words."""
        return self.words

    @property
    def arc(self) -> tuple[str, int]:
        """Under which foreign key the record stands, and its primary key."""
        found = ((name, getattr(self, f"{name}_id")) for name in self.SUBJECTS)
        return next(((name, pk) for name, pk in found if pk is not None), ("", self.campaign_id))

    @property
    def detail(self) -> Detail:
        """What may be public."""
        return Detail(self.kind, self.words)

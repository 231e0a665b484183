"""The search index: one row of tokens per record, in one table that both databases search with their own means.

A row says only which words stand where. It holds no state and no readable text: whoever searches joins it with
``published()``. Triggers remove a row as soon as what it was made from changes (see ``campaigns/triggers.py``), so a
row that is there is right; ``refresh`` adds the rows that lack. docs/decisions/0004 says why.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar, NamedTuple, Self, cast

from django.apps import apps
from django.db import connections, models, transaction
from django.db.models import F, Q

from campaigns.models.campaign import Campaign
from campaigns.models.revision import Revision
from campaigns.models.words_field import Match, WordsField
from campaigns.text.words import (
    ANY,
    BOUNDARY,
    campaign_token,
    main_language,
    split_words,
    tags,
    title_token,
)

__all__ = ["SearchEntry", "SearchEntryQuerySet", "Searchable", "Searched", "Text", "searchables"]

#: A key is noun × 10^18 + yyyymmdd × 10^10 + pk: a noun's rows lie together, newest last, and the key names the record.
_NOUN, _DAY = 10**18, 10**10
#: PostgreSQL keeps word positions up to 16,383, 256 for one word, 1 MB for one row; both databases stop well before.
_MOST_WORDS, _MOST_REPEATS, _MOST_LETTERS = 16_000, 255, 500_000
_BATCH = 2000


class Text(NamedTuple):
    """A text of a record as search reads it; ``quoted`` where the words are somebody's own."""

    text: str
    language: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Searched:
    """What search reads of a noun: columns, all of them public as soon as the record is."""

    number: int
    titles: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    #: Columns in the record's own language, with the words of those who are quoted.
    quoted: tuple[str, ...] = ()
    #: Foreign keys to actors by whose names and aliases the record is found too.
    named: tuple[str, ...] = ()
    date: str = ""
    campaign: str = "campaign"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the fields from which the row in the index is made."""
        owner = self.campaign.partition("__")[0]
        language = ["language"] if self.quoted else []
        return (owner, *self.titles, *self.texts, *self.quoted, *language, *self.named)

    def key_sql(self, row: str) -> str:
        """Return SQL for the key, on both databases; row is what stands before a column's name, such as ``OLD.``."""
        day = f"CAST(REPLACE(COALESCE(CAST({row}{self.date} AS text), '0'), '-', '') AS bigint)" if self.date else "0"
        return f"{self.number * _NOUN} + {day} * {_DAY} + {row}id"


class Searchable(models.Model):
    """A record that search finds: saving it keeps its row in the index, in the same transaction."""

    SEARCHED: ClassVar[Searched]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and index anew what changed; who writes in bulk calls ``SearchEntry.objects.refresh``."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            SearchEntry.objects.refresh(type(self), [self.pk])

    def search_key(self) -> int:
        """Return the key of its row in the index."""
        date = getattr(self, self.SEARCHED.date) if self.SEARCHED.date else None
        return self.SEARCHED.number * _NOUN + (int(f"{date:%Y%m%d}") if date else 0) * _DAY + cast(int, self.pk)

    def search_campaign(self) -> Campaign:
        """Return the campaign that it belongs to."""
        record: Any = self
        for name in self.SEARCHED.campaign.split("__"):
            record = getattr(record, name)
        return cast(Campaign, record)

    def search_texts(self) -> tuple[list[Text], list[Text]]:
        """Return its titles and its other texts, without empty ones, each with the language to read it in.

        A language that the campaign does not declare counts as the campaign's own: queries are read in the declared
        ones, and every word must be found at least as it is written.
        """
        campaign = self.search_campaign()
        own = getattr(self, "language", "")
        if main_language(own) not in campaign.search_languages():
            own = campaign.language
        spec = self.SEARCHED
        titles = [Text(getattr(self, name), campaign.language) for name in spec.titles]
        texts = [Text(_line(getattr(self, name)), campaign.language) for name in spec.texts]
        texts += [Text(getattr(self, name), own, quoted=True) for name in spec.quoted]
        for actor in filter(None, (getattr(self, name) for name in spec.named)):
            titles.append(Text(actor.name, campaign.language))
            texts.append(Text(_line(actor.aliases), campaign.language))
        return [title for title in titles if title.text], [text for text in texts if text.text]

    def search_tokens(self) -> Iterator[str]:
        """Yield the tokens of its row: one that every row has, the titles as such, then all texts and their tags."""
        titles, texts = self.search_texts()
        yield ANY
        for text in titles:
            yield BOUNDARY
            yield from (title_token(word.token) for word in split_words(text.text, text.language))
        for text in (*titles, *texts):
            yield BOUNDARY
            yield from (word.token for word in split_words(text.text, text.language))
        for text in (*titles, *texts):
            yield from tags(text.text)


def _line(value: str | list[str]) -> str:
    """Return a text, or a list of names as one: what stands between them is no word."""
    return value if isinstance(value, str) else " · ".join(value)


def searchables() -> Iterator[type[Searchable]]:
    """Yield the models that search finds."""
    for model in apps.get_app_config("campaigns").get_models():
        if issubclass(model, Searchable) and not model._meta.proxy:
            yield model


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Rows of the index."""

    def of_noun(self, model: type[Searchable]) -> Self:
        """Keep the rows of one noun, by a range of keys."""
        beyond = SearchEntry.beyond(model)
        return self.filter(pk__gte=beyond - _NOUN, pk__lt=beyond)

    def matching(self, match: Match) -> Self:
        """Keep what matches, drafts included: who asks for readers goes on with ``published``."""
        return self.filter(words__matches=match)

    def published(self, model: type[Searchable]) -> Self:
        """Keep the rows of those records of a noun that every reader may see, as they stand now."""
        seen = cast(Any, model._default_manager).published().filter(pk=models.OuterRef("record"))
        return self.of_noun(model).alias(record=F("pk") % _DAY).filter(models.Exists(seen))

    def records(self, model: type[Searchable]) -> "models.QuerySet[Any, Any]":
        """Return the pks of a noun's records, drafts included: to be looked for among published ones."""
        return self.of_noun(model).annotate(record=F("pk") % _DAY).values("record")

    def newest(self, limit: int) -> Self:
        """Keep the first so many, newest first, and only their keys."""
        return self.order_by("-pk").only("pk")[:limit]

    def refresh(self, model: type[models.Model], pks: Iterable[int]) -> int:
        """Add the rows that the index lacks of these records and of those that name them; return how many.

        A row that is there is right, because a trigger removes it with the change that makes it wrong; so only what
        changed is read again. Call it in the transaction of the change: the lock on the record then keeps two
        writers from indexing each other's text.
        """
        concrete = cast(type[Searchable], model._meta.concrete_model)
        return sum(self._refresh(concrete, batch) for batch in _batches(sorted(set(pks))))

    @transaction.atomic(savepoint=False)
    def _refresh(self, model: type[Searchable], pks: list[int]) -> int:
        spec = model.SEARCHED
        rows = model._base_manager.filter(pk__in=pks)
        keys = {row.search_key(): row.pk for row in rows.only("pk", *([spec.date] if spec.date else []))}
        known = set(self.filter(pk__in=keys).values_list("pk", flat=True))
        lacking = [pk for key, pk in keys.items() if key not in known]
        if not lacking:
            return 0
        rows = model._base_manager.filter(pk__in=lacking).select_related(spec.campaign, *spec.named)
        self.bulk_create(
            [
                SearchEntry(key=row.search_key(), words=_within_limits(row.search_campaign(), row.search_tokens()))
                for row in rows.select_for_update(of=("self",))
            ],
            # FTS5 knows no “or ignore”, but in SQLite nobody writes at the same time either.
            ignore_conflicts=connections[self.db].vendor == "postgresql",
        )
        return len(lacking) + sum(self.refresh(*naming) for naming in _naming(model, lacking))

    def refresh_all(self, campaign: Campaign | None = None) -> int:
        """Add what the index lacks of a campaign or of all; return how many rows."""
        added = 0
        for model in searchables():
            rows = model._base_manager.order_by("pk")
            if campaign is not None:
                rows = rows.filter(**{model.SEARCHED.campaign: campaign})
            added += self.refresh(model, rows.values_list("pk", flat=True))
        return added

    def refresh_emptied(self, campaign: Campaign) -> None:
        """Index the whole campaign where it has no row at all."""
        if not self.matching(Match((((ANY,),),)).within(campaign.pk)).exists():
            self.refresh_all(campaign)

    def rebuild(self) -> int:
        """Make every row anew, a batch at a time, so that editors can save meanwhile; return how many there are."""
        for model in searchables():
            for keys in _batches(list(self.of_noun(model).values_list("pk", flat=True))):
                with transaction.atomic():
                    self.filter(pk__in=keys).delete()
                    self.refresh(model, [key % _DAY for key in keys])
        self.refresh_all()
        Revision.objects.bump()
        return self.count()


class SearchEntry(models.Model):
    """One record's words. Its migration makes the table: an FTS5 table in SQLite, an ordinary one in PostgreSQL."""

    key = models.BigIntegerField(primary_key=True, db_column="rowid")
    words = WordsField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "campaigns_searchentry"

    def __str__(self) -> str:
        """Return the key."""
        return str(self.key)

    @staticmethod
    def beyond(model: type[Searchable]) -> int:
        """Return the first key after all those of a noun."""
        return (model.SEARCHED.number + 1) * _NOUN

    @staticmethod
    def split(key: int) -> tuple[int, int]:
        """Return the noun's number and the record's pk."""
        return key // _NOUN, key % _DAY


def _within_limits(campaign: Campaign, tokens: Iterable[str]) -> list[str]:
    """Return a campaign's tokens up to what both databases can keep; beyond it neither finds anything."""
    kept: list[str] = []
    seen: Counter[str] = Counter()
    letters = 0
    for token in tokens:
        letters += len(token)
        if len(kept) == _MOST_WORDS or letters > _MOST_LETTERS:
            break
        seen[token] += 1
        usual = token != BOUNDARY and seen[token] <= _MOST_REPEATS
        kept.append(campaign_token(campaign.pk, token) if usual else BOUNDARY)
    return kept


def _batches(pks: list[int]) -> Iterator[list[int]]:
    return (pks[start : start + _BATCH] for start in range(0, len(pks), _BATCH))


def _naming(model: type[Searchable], pks: list[int]) -> Iterator[tuple[type[Searchable], Iterable[int]]]:
    """Yield the nouns that are found by the names of these records too, and which of their rows."""
    for other in searchables():
        links = [
            name
            for name in other.SEARCHED.named
            if cast(Any, other._meta.get_field(name)).related_model._meta.concrete_model is model
        ]
        if links:
            named = reduce(or_, (Q(**{f"{name}__in": pks}) for name in links))
            yield other, other._base_manager.filter(named).values_list("pk", flat=True)

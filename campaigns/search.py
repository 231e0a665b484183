"""Search: what a reader types → the public records that say it, the same ones in the same order on both databases.

The order is newest first, or “best”: records with all the words in their title or name, then the others, each newest
first. Nothing here depends on a database's own ranking, so a window can be cut by key in both orders.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple, Self, cast

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.actors.namesakes import tell_apart
from campaigns.models import (
    Actor,
    Campaign,
    Demand,
    Event,
    Group,
    Issuance,
    Match,
    Outcome,
    PartialDate,
    Phrase,
    Response,
    Searchable,
    SearchEntry,
    Source,
    Stance,
    Statement,
    Status,
    Text,
    split_words,
    tag_token,
    title_token,
)

__all__ = [
    "MANY",
    "MOST_LETTERS",
    "MOST_TERMS",
    "NOUNS",
    "Found",
    "Place",
    "Query",
    "Result",
    "matching",
    "records",
    "search",
]

MOST_LETTERS = 200
MOST_TERMS = 12
#: Beyond this many a count says “1,000+”, so that counting costs the same whatever the record holds.
MANY = 1000
_EXCERPT, _LEAD = 240, 60


class Noun(NamedTuple):
    """A noun that search finds: what its group is called, and how to fetch what a result shows of it."""

    model: type[Searchable]
    label: str | Promise
    related: tuple[str, ...]


#: By their names in an address, in the order of the page.
NOUNS: Mapping[str, Noun] = {
    "demands": Noun(Demand, _lazy("Demands"), ("campaign",)),
    "wordings": Noun(Issuance, _lazy("Wordings of demands"), ("demand__campaign",)),
    "statements": Noun(Statement, _lazy("Statements"), ("campaign", "speaker", "on_behalf_of")),
    "answers": Noun(
        Response,
        _lazy("Notes on answers"),
        ("statement__campaign", "statement__speaker", "statement__on_behalf_of"),
    ),
    "events": Noun(Event, _lazy("Events"), ("campaign",)),
    "outcomes": Noun(Outcome, _lazy("Outcomes"), ("campaign", "demand__campaign")),
    "names": Noun(Actor, _lazy("People, organizations and posts"), ("campaign",)),
    "sources": Noun(Source, _lazy("Sources"), ("campaign",)),
}

_QUOTES = '"“”„«»＂'
_PIECE = re.compile(rf"(-?)(?:[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?|(#?)([^\s{_QUOTES}]+))")


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader types, understood: every term must be there, nothing excluded may be. See `parse`.

    A term has one phrase per language of the campaign that reads it otherwise; ``titles`` are the same terms as they
    stand in a title. ``marks`` are what is marked in a result.
    """

    text: str
    terms: tuple[Group, ...] = ()
    titles: tuple[Group, ...] = ()
    excluded: Group = ()
    marks: Group = ()
    #: Whether something was left out because the query was too long.
    cut: bool = False

    @classmethod
    def parse(cls, text: str, campaign: Campaign) -> Self:
        """Read anything at all: words, "a phrase", -excluded, #tag (also a word of a name). No operator has a meaning.

        Control characters and halves of characters count as spaces. What has no letter or digit is no term.
        """
        clean = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text[: 4 * MOST_LETTERS])
        line = " ".join(clean.split())
        cut = len(line) > MOST_LETTERS or len(text) > 4 * MOST_LETTERS
        terms: list[Group] = []
        titles: list[Group] = []
        excluded: list[Phrase] = []
        marks: list[Phrase] = []
        languages = campaign.search_languages()
        for minus, quoted, sharp, word in _PIECE.findall(line[:MOST_LETTERS]):
            phrases = _phrases(quoted or word, languages)
            if not phrases:
                continue
            if len(terms) + len(excluded) == MOST_TERMS:
                cut = True
                break
            named = tuple(tuple(map(title_token, phrase)) for phrase in phrases)
            group = ((tag_token(word),), *named) if sharp else phrases
            if minus:
                excluded += group
                continue
            terms.append(group)
            titles.append(group if sharp else named)
            marks += phrases
        return cls(line[:MOST_LETTERS], tuple(terms), tuple(titles), tuple(excluded), tuple(marks), cut)

    def __str__(self) -> str:
        """Return what was typed."""
        return self.text

    def __bool__(self) -> bool:
        """Whether there is something to look for; only to exclude something finds nothing."""
        return bool(self.terms)


def _phrases(text: str, languages: list[str]) -> Group:
    """Return the ways in which the languages read a text, each once."""
    read = dict.fromkeys(tuple(word.token for word in split_words(text, language)) for language in languages)
    return tuple(phrase for phrase in read if phrase)


class Place(NamedTuple):
    """Where a window of results ends: its tier (in “best”, 0 is a title), and the key of its last row."""

    tier: int
    key: int

    def __str__(self) -> str:
        """Return the form that stands in an address."""
        return f"{self.tier}-{self.key}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read the form that stands in an address; None for anything else."""
        match = re.fullmatch(r"([01])-([1-9]\d{18})", text, re.ASCII)
        return cls(int(match[1]), int(match[2])) if match and int(match[2]) < 2**63 else None


@dataclass(frozen=True, slots=True)
class Result:
    """One record found, with the words that were looked for marked; both texts are HTML."""

    heading: SafeString
    url: str
    #: The primary key of what was found, among those of its noun.
    pk: int
    #: What it is, in a word, where its noun does not say it all; and its date.
    kind: str
    when: PartialDate | None
    excerpt: SafeString | str = ""
    #: The language of the excerpt, and whether its words are a quotation's.
    language: str = ""
    quoted: bool = False
    #: What the record concludes of a demand; whoever shows the result fills it in.
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one noun: the count (at most MANY; ``many`` says there are more), and a window of results."""

    name: str
    noun: Noun
    count: int
    many: bool
    results: list[Result]
    more: Place | None = None


def matching(query: Query, campaign: Campaign) -> Match:
    """Return what a row of the campaign's index must hold."""
    return Match(query.terms, query.excluded).within(campaign.pk)


def records(query: Query, campaign: Campaign, model: type[Searchable]) -> "QuerySet[Any, Any]":
    """Return the pks of the campaign's records of a noun that match, for a filter on those that are published."""
    return SearchEntry.objects.matching(matching(query, campaign)).records(model)


def search(
    campaign: Campaign,
    query: Query,
    *,
    noun: str = "",
    best: bool = False,
    limit: int = 5,
    after: Place | None = None,
) -> list[Found]:
    """Return what every reader may see that matches, by noun; a window of ``noun`` alone where one is given.

    Nouns without any match are left out. Two queries, and one for each noun of which results are shown.
    """
    if not query:
        return []
    tiers = [matching(query, campaign)]
    if best:
        named, others = Match(query.titles, query.excluded), Match(query.terms, query.excluded, unless=query.titles)
        tiers = [named.within(campaign.pk), others.within(campaign.pk)]
    counts, places = _look(campaign, query, tiers, [noun] if noun else list(NOUNS), limit + 1, after)
    found = []
    for name, total in counts.items():
        shown = places[name][:limit]
        more = shown[-1] if len(places[name]) > limit else None
        found.append(
            Found(name, NOUNS[name], min(total, MANY), total > MANY, _results(NOUNS[name], shown, query), more)
        )
    return found


def _look(
    campaign: Campaign, query: Query, tiers: list[Match], nouns: list[str], limit: int, after: Place | None
) -> tuple[dict[str, int], dict[str, list[Place]]]:
    """Return the counts of all nouns that match, up to MANY + 1, and the first places of some: one query.

    Django cannot unite queries with limits of their own on SQLite, so what it compiles is put together here. The
    parts hold no text of the request: that is in the parameters.
    """
    everything = matching(query, campaign)
    parts: list[str] = []
    params: list[Any] = []

    def add(select: str, name: str, match: Match, limit: int, before: int | None = None) -> None:
        sql, values = _compiled(name, limit)
        filled: dict[Any, Any] = {_BLANK.expression(connection.vendor): match.expression(connection.vendor)}
        if before is not None:
            filled[SearchEntry.beyond(NOUNS[name].model)] = before
        parts.append(f"SELECT {select} FROM ({sql}) AS part")  # noqa: S608 - from here and the compiler
        params.extend(filled.get(value, value) for value in values)

    for number, name in enumerate(NOUNS):
        add(f"{number}, -1, COUNT(*)", name, everything, MANY + 1)
        for tier, match in enumerate(tiers):
            if name in nouns and not (after and tier < after.tier):
                before = after.key if after and tier == after.tier else None
                add(f"{number}, {tier}, part.rowid", name, match, limit, before)
    names = list(NOUNS)
    counts: dict[str, int] = {}
    places: dict[str, list[Place]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for number, tier, value in sorted(cursor.fetchall(), key=lambda row: (row[0], row[1], -row[2])):
            if tier >= 0:
                places[names[number]].append(Place(tier, value))
            elif value:
                counts[names[number]] = value
    return counts, places


_BLANK = Match(((("blank",),),))


@lru_cache
def _compiled(name: str, limit: int) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL for the newest published rows of a noun that match, and its parameters, to be filled in.

    Two of them stand for others: the blank match, and the key beyond the noun, before which all of its rows are.
    To compile eight nouns takes Django ten times as long as the database takes to answer, and is the same each time.
    """
    model = NOUNS[name].model
    rows = SearchEntry.objects.matching(_BLANK).published(model).newest(limit)
    sql, params = rows.query.sql_with_params()
    return sql, tuple(params)


def _results(noun: Noun, places: list[Place], query: Query) -> list[Result]:
    """Return the results for places, in their order; a record that was withdrawn just now is left out."""
    if not places:
        return []
    pks = [SearchEntry.split(place.key)[1] for place in places]
    seen = cast(Any, noun.model._default_manager).published().order_by().select_related(*noun.related).in_bulk(pks)
    tell_apart(record for record in seen.values() if isinstance(record, Actor))
    return [_result(seen[pk], query) for pk in pks if pk in seen]


def _result(record: Any, query: Query) -> Result:
    campaign = record.search_campaign()
    heading, page, kind = _described(record)
    marked = _mark(heading, _marks(Text(heading, campaign.language), query))
    when = getattr(page, "published" if isinstance(page, Source) else "when", None)
    result = Result(marked, page.get_absolute_url(), record.pk, kind, getattr(record, "when", when))
    texts = [(text, _marks(text, query)) for text in record.search_texts()[1]]
    if not texts:
        return result
    # The text with the most of the words; the first one where none has any, or several have as many.
    text, marks = max(texts, key=lambda pair: len({phrase for _start, _end, phrase in pair[1]}))
    language = text.language if text.language != campaign.language else ""
    return replace(result, excerpt=_excerpt(text.text, marks), language=language, quoted=text.quoted)


def _described(record: Any) -> tuple[str, Any, str]:
    """Return what a result is called, the record on whose page it is, and what it is in a word.

    (``get_kind_display`` translates all kinds to show one: a millisecond for each result.)
    """
    match record:
        case Statement():
            return _who(record), record, str(Statement.Kind(record.kind).label)
        case Response():
            return _who(record.statement), record.statement, str(Stance(record.stance).label)
        case Issuance():
            return record.demand.title, record.demand, ""
        case Outcome():
            return record.demand.title, record, str(Status(record.status).label)
        case Actor():
            kind = str(Actor.Kind(record.kind).label)
            return record.name, record, f"{kind}: {record.apart}" if record.apart else kind
    return str(record), record, ""


def _who(statement: Statement) -> str:
    """Return who spoke, as the source names them too, and on whose behalf."""
    names = [statement.speaker_label, statement.speaker.name if statement.speaker else ""]
    spoke = " · ".join(name for name in names if name)
    if statement.on_behalf_of is None:
        return spoke
    return _("%(speaker)s on behalf of %(principal)s") % {"speaker": spoke, "principal": statement.on_behalf_of.name}


Mark = tuple[int, int, Phrase]


def _marks(text: Text, query: Query) -> list[Mark]:
    """Return where the phrases stand in a text, and which, in the order of the text and without overlap."""
    read = list(split_words(text.text, text.language))
    tokens = [word.token for word in read]
    marks: list[Mark] = []
    place = 0
    while place < len(read):
        for phrase in query.marks:
            if tuple(tokens[place : place + len(phrase)]) == phrase:
                last = place + len(phrase) - 1
                marks.append((read[place].start, read[last].end, phrase))
                place = last
                break
        place += 1
    return marks


def _mark(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> SafeString:
    """Return the part of a text as HTML, escaped piece by piece, with the marks in it."""
    end = len(text) if end is None else end
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text, marks, start, end)))


def _pieces(text: str, marks: Iterable[Mark], start: int, end: int) -> Iterator[str]:
    for first, last, _phrase in marks:
        first = max(first, start)  # two letters may come from one character, such as ½
        if last <= start or last > end:
            continue
        yield conditional_escape(text[start:first])
        yield format_html("<mark>{}</mark>", text[first:last])
        start = last
    yield conditional_escape(text[start:end])


def _excerpt(text: str, marks: list[Mark]) -> SafeString:
    """Return the part of a text around its first mark, cut between words where there are any."""
    first, last = marks[0][:2] if marks else (0, 0)
    start = first - _LEAD if first > _EXCERPT - _LEAD else 0
    if start:
        start = text.find(" ", start, first) + 1 or start
    end = start + _EXCERPT
    if end < len(text):
        end = max(text.rfind(" ", end - _LEAD, end), end - _LEAD, last)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return format_html("{}{}{}", before, _mark(text, marks, start, end), after)

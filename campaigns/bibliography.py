"""How a record of this site is cited: its parts, and the same as CSL-JSON and BibTeX.

Cited is the record as it stands here, under its permanent address; the day on which it was read is the reader's to
add. A name is taken apart only where the record says how it sorts; an institution is never taken apart.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.models import Actor, Campaign, Demand, Event, Issuance, PartialDate, Participant, Precision, Statement

__all__ = ["Cited", "Name", "bibtex", "cited", "csl"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Braces count in BibTeX even behind a backslash, so they are named instead.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: f"\\{char}" for char in "$&#_%"},
    }
)


@dataclass(frozen=True, slots=True)
class Name:
    """An author: a whole name, and for a person of whom the record says it also family and given name."""

    whole: str
    family: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation of a record says."""

    key: str
    authors: Sequence[Name]
    title: str
    #: When it happened; None for a demand that was not yet raised.
    when: PartialDate | None
    end: PartialDate | None
    campaign: Campaign
    recorded: dt.date
    url: str
    #: What was said or happened, in the record's own neutral words.
    summary: str = ""
    #: The number under which these very words stay (`past.number_of`).
    version: int | None = None


def cited(
    record: Statement | Event | Demand, origin: str, first: Issuance | None = None, *, version: int | None = None
) -> Cited:
    """Return what a citation says of a record; ``first`` is the occasion on which a demand was first raised.

    A statement carries its participants (`timeline.STATEMENT_PARTS`), and so does the statement of the occasion.
    """
    campaign = record.campaign
    when: PartialDate | None
    end: PartialDate | None
    match record:
        case Statement():
            authors, title, summary = list(_authors(record)), str(record.get_kind_display()), record.summary
            if record.on_behalf_of:
                named = {"kind": title, "who": record.on_behalf_of, "speaker": authors[0].whole}
                # Of several authors only the speaker spoke for somebody else.
                joint = _("%(kind)s, %(speaker)s on behalf of %(who)s")
                title = (_("%(kind)s on behalf of %(who)s") if len(authors) == 1 else joint) % named
            when, end = record.when, record.end
        case Event():
            authors, title, summary, when, end = [], record.title, record.summary, record.when, record.end
        case Demand():
            authors = list(_authors(first.statement)) if first and first.statement else []
            title, summary, when, end = record.title, "", first.when if first else None, None
    return Cited(
        key=f"{campaign.slug}-{record._meta.model_name}-{record.slug}",
        authors=authors,
        title=capfirst(title),
        when=when,
        end=end,
        campaign=campaign,
        recorded=record.recorded_at.astimezone(ZoneInfo(campaign.timezone)).date(),
        url=origin + record.get_absolute_url(),
        summary=summary,
        version=version,
    )


def _authors(statement: Statement) -> Iterator[Name]:
    """Yield who spoke: the speaker, who may be unnamed, and whoever spoke along."""
    speaker, label = statement.speaker, statement.speaker_label
    if speaker is None:
        yield Name(label)
    elif label and speaker.kind != Actor.Kind.PERSON:
        yield Name(f"{label} ({speaker.name})")
    else:
        yield _name(speaker)
    for part in statement.took_part:
        if part.role == Participant.Role.CO_SPEAKER:
            yield _name(part.actor) if part.actor else Name(part.label)


def _name(actor: Actor) -> Name:
    family, comma, given = actor.sort_name.partition(",")
    if actor.kind == Actor.Kind.PERSON and comma and family.strip() and given.strip() and "," not in given:
        return Name(actor.name, family.strip(), given.strip())
    return Name(actor.name)


def _parts(date: PartialDate) -> list[int]:
    """Return year, month and day, as far as they are known."""
    return [int(part) for part in date.isoformat().split("-")]


def csl(item: Cited) -> dict[str, Any]:
    """Return the item of CSL-JSON; a date has as many parts as are known of it."""
    found: dict[str, Any] = {"id": item.key, "type": "webpage", "title": item.title}
    if item.authors:
        found["author"] = [
            {"family": name.family, "given": name.given} if name.family else {"literal": name.whole}
            for name in item.authors
        ]
    if item.when:
        found["issued"] = {"date-parts": [_parts(date) for date in (item.when, item.end) if date]}
    found |= {
        "available-date": {"date-parts": [_parts(PartialDate(item.recorded))]},
        "container-title": item.campaign.name,
        "URL": item.url,
        "language": item.campaign.language,
    }
    found |= {"version": f"{item.version}"} if item.version else {}
    return found | ({"abstract": item.summary} if item.summary else {})


def bibtex(item: Cited) -> str:
    """Return the BibTeX entry, with the fields of BibLaTeX for what BibTeX cannot say; UTF-8, a line per field."""
    day = _("Recorded on %(day)s.") % {"day": PartialDate(item.recorded).words()}
    fields = {"title": f"{{{_tex(item.title)}}}", "howpublished": _tex(item.campaign.name), "url": item.url}
    if item.authors:
        fields = {"author": " and ".join(map(_tex_name, item.authors))} | fields
    if item.when:
        ends = [date.isoformat() for date in (item.when, item.end) if date]
        fields |= {"date": "/".join(ends), "year": f"{item.when.first.year:04}"}
    fields |= {"version": f"{item.version}"} if item.version else {}
    fields |= {"note": _tex(day)} | ({"abstract": _tex(item.summary)} if item.summary else {})
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    if item.when and item.when.precision != Precision.YEAR:
        lines.append(f"  month = {_MONTHS[item.when.first.month - 1]},")
    return "\n".join([f"@misc{{{item.key},", *lines, "}", ""])


def _tex(text: str) -> str:
    return " ".join(text.split()).translate(_TEX)


def _tex_name(name: Name) -> str:
    if not name.family:
        return f"{{{_tex(name.whole)}}}"
    # “and” stands between two names, unless it is in braces.
    parts = [f"{{{part}}}" if "and" in part.lower().split() else part for part in map(_tex, (name.family, name.given))]
    return ", ".join(parts)

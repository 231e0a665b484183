"""The records of a file and of the database, by slug: what a slug means, and what state each record will have."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from campaigns.campaign_file.existing import Existing, state_after
from campaigns.campaign_file.problems import shown
from campaigns.campaign_file.reading.document import Document
from campaigns.campaign_file.reading.parsing import Items, Keys, line_at
from campaigns.campaign_file.reading.schema_paths import Path
from campaigns.models import Actor, State

__all__ = ["Found", "Record", "Records", "a", "listed", "namespace", "text_of"]

#: A problem before its line is looked up: path, message, what was expected.
Found = tuple[Path, str, str]

_ACTORS = frozenset(Actor.Kind.values)
_SECTIONS = {
    "organizations": "organization",
    "people": "person",
    "posts": "post",
    "demands": "demand",
    "statements": "statement",
    "events": "event",
    "sources": "source",
}


def namespace(noun: str) -> str:
    """Return within which nouns a slug of this one is unique: actors share theirs."""
    return "actor" if noun in _ACTORS else noun


def a(noun: str) -> str:
    """Return the noun with its article."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def text_of(item: Keys, key: str) -> str:
    """Return the text under a key, empty where there is none."""
    value = item.get(key)
    return value if isinstance(value, str) else ""


def listed(item: Keys, key: str) -> list[Any]:
    """Return the list under a key, empty where there is none."""
    value = item.get(key)
    return value if isinstance(value, Items) else []


@dataclass(slots=True)
class Record:
    """A record that is in the file, in the database or in both, and its state before and after."""

    noun: str
    slug: str
    #: Where it stands in the file, and as what; None where it is in the database only.
    path: Path | None
    data: Keys | None
    row: Any
    before: State | None
    after: State


class Records:
    """Everything with a slug, by namespace and slug."""

    def __init__(self, document: Document, existing: Existing, *, publish: bool, held: bool = False) -> None:
        """Collect the records; ``problems`` are slugs that stand twice or belong to another kind of actor."""
        self.publish, self.held = publish, held
        self.problems: list[Found] = []
        self.by_slug: dict[str, dict[str, Record]] = {}
        rows: dict[str, dict[str, Any]] = {
            "actor": existing.actors,
            "demand": existing.demands,
            "statement": existing.statements,
            "event": existing.events,
            "source": existing.sources,
        }
        for space, found in rows.items():
            self.by_slug[space] = {
                slug: self.made(row.kind if space == "actor" else space, slug, None, None, row)
                for slug, row in found.items()
            }
        for section, noun in _SECTIONS.items():
            for number, item in enumerate(listed(document.data, section)):
                if isinstance(item, Keys) and text_of(item, "slug"):
                    self._add(document, noun, (section, number), item)
        if publish:
            self._publish_named_posts(document, existing)

    def made(self, noun: str, slug: str, path: Path | None, data: Keys | None, row: Any) -> Record:
        """Return a record of the file, of the database or of both, with its states."""
        before = State(row.state) if row is not None else None
        if data is None:
            return Record(noun, slug, path, data, row, before, before or State.DRAFT)
        after = state_after(said(data), before, publish=self.publish, held=self.held)
        return Record(noun, slug, path, data, row, before, after)

    def _publish_named_posts(self, document: Document, existing: Existing) -> None:
        """Posts that roles name and no entry defines are published with the file."""
        for section in ("organizations", "people", "posts"):
            for item in listed(document.data, section):
                for role in listed(item, "roles") if isinstance(item, Keys) else ():
                    if isinstance(role, Keys):
                        key = (text_of(role, "post"), text_of(role, "organization") or None)
                        record = self.get("post", existing.posts.get(key, ""))
                        if record and not record.path:
                            record.after = state_after(None, record.before, publish=True)

    def _add(self, document: Document, noun: str, path: Path, item: Keys) -> None:
        slug, at = text_of(item, "slug"), (*path, "slug")
        space = self.by_slug[namespace(noun)]
        known = space.get(slug)
        if known and known.path:
            line = line_at(document.data, (*known.path, "slug"))
            message = f"the slug “{shown(slug)}” stands twice; it is {a(known.noun)}’s in line {line}"
            self.problems.append((at, message, "another slug" if known.noun != noun else "each slug once"))
            return
        if known and known.noun != noun:
            message = f"the slug “{shown(slug)}” is {a(known.noun)}’s in the database"
            self.problems.append((at, message, f"another slug for the {noun}"))
        space[slug] = self.made(noun, slug, path, item, known.row if known else None)

    def get(self, noun: str, slug: str) -> Record | None:
        """Return what a slug means where a noun is asked for, “actor” for any of the three; None for nothing."""
        record = self.by_slug[namespace(noun)].get(slug)
        return record if record and noun in (record.noun, namespace(noun)) else None

    def other(self, slug: str) -> Record | None:
        """Return what a slug means in any namespace."""
        return next((records[slug] for records in self.by_slug.values() if slug in records), None)

    def slugs(self, noun: str) -> list[str]:
        """Return the slugs that may stand where that noun is asked for."""
        return [
            slug for slug, record in self.by_slug[namespace(noun)].items() if noun in (record.noun, namespace(noun))
        ]

    def in_file(self) -> Iterator[Record]:
        """Yield the records of the file."""
        for records in self.by_slug.values():
            yield from (record for record in records.values() if record.path)


def said(item: Keys) -> State | None:
    """Return the state that an item has in the file, None where it says none that there is."""
    state = text_of(item, "state")
    try:
        return State(state) if state else None
    except ValueError:
        return None

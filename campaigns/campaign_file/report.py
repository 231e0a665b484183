"""What an import did, or would do: per kind of record and of link how many, and which."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

__all__ = ["Report", "Tally"]


@dataclass(slots=True)
class Tally:
    """The records, or links, of one kind, each as the file's reader knows it."""

    created: list[str] = field(default_factory=list)
    #: With what changed in brackets.
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    #: In the database and not in the file, and left alone.
    kept: list[str] = field(default_factory=list)
    #: Links in the database and not in the file that ``prune`` deleted.
    deleted: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """The tallies by kind: records in the order in which they are written, then links."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    #: What the file calls published and a second person has to publish.
    held: list[str] = field(default_factory=list)
    #: What a command published although it seems to tell a private detail; once for each detail.
    private: list[str] = field(default_factory=list)

    def __getitem__(self, kind: str) -> Tally:
        """Return the tally of a kind, empty at first."""
        return self.tallies.setdefault(kind, Tally())

    def lines(self, *, every: bool = False) -> Iterator[str]:
        """Yield the report as lines of text; with ``every``, name also what was created and what did not change."""
        words = {"kept": "kept, not in the file", "deleted": "deleted, not in the file"}
        for kind, tally in self.tallies.items():
            parts = {part.name: getattr(tally, part.name) for part in fields(tally) if getattr(tally, part.name)}
            counts = ", ".join(f"{len(labels):,} {words.get(name, name)}" for name, labels in parts.items())
            yield f"{kind}: {counts or 'none'}"
            for name, labels in parts.items():
                if every or name in ("updated", *words):
                    yield from (f"  {words.get(name, name)}: {label}" for label in labels)
        if self.private:
            yield f"seem to tell private details, and are published: {len(self.private):,}"
            yield from (f"  {label}" for label in self.private)

    @property
    def changed(self) -> bool:
        """Whether the database is, or would be, another one."""
        return any(tally.created or tally.updated or tally.deleted for tally in self.tallies.values())

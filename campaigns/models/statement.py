"""Statements: one utterance or official act on a date, who took part in it, and how it refers to others."""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.actor import Actor
from campaigns.models.campaign import Campaign
from campaigns.models.dates import (
    Partial,
    PartialDate,
    ends_after_start,
    optional_precision_field,
    precision_field,
    precision_fits,
)
from campaigns.models.publishing import (
    Publishable,
    PublishableQuerySet,
    State,
    published_or_none,
    shown,
    told_unseen,
    unready,
    withdrawal_has_reason,
)
from campaigns.models.search_entry import Searchable, Searched
from campaigns.models.source import Citation
from campaigns.models.validators import validate_language, validate_line, validate_slug, validate_text

if TYPE_CHECKING:
    from campaigns.models.demand import Demand, Issuance
    from campaigns.models.response import Response

__all__ = [
    "Participant",
    "ParticipantQuerySet",
    "Relation",
    "RelationQuerySet",
    "Statement",
    "StatementQuerySet",
    "spoken_by",
    "visible",
]


def visible(path: str = "") -> Q:
    """Return the condition that the statement at the end of a path is one that every reader may see.

    Joined conditions, not a subquery of all published statements: SQLite would write that list out for every query.
    """
    path = f"{path}__" if path else ""
    return Q(**{f"{path}state": State.PUBLISHED, f"{path}campaign__state": State.PUBLISHED}) & published_or_none(
        f"{path}speaker", f"{path}on_behalf_of"
    )


def spoken_by(who: str, behalf: str = "", along: Iterable[str] = ()) -> str:
    """Return in the active language who spoke, for whom (the speaker alone), and along with whom."""
    if behalf:
        who = _("%(who)s on behalf of %(behalf)s") % {"who": who, "behalf": behalf}
    others = ", ".join(along)
    return _("%(who)s, together with %(others)s") % {"who": who, "others": others} if others else who


class StatementQuerySet(PublishableQuerySet["Statement"]):
    """Statements."""

    def published(self) -> "StatementQuerySet":
        """Keep those that every reader may see: the speaker and whoever is spoken for are published too."""
        return self.filter(visible())

    def with_wordings(self) -> "StatementQuerySet":
        """Fetch the sources of each wording too; after `timeline.stream.with_parts`, which fetches the wordings."""
        return self.prefetch_related(shown("raises__citations", Citation.objects.published().with_source(), "cites"))

    def with_retracted(self) -> "StatementQuerySet":
        """Annotate ``retracted``: whether readers see a statement that says that it retracts this one."""
        retractions = Relation.objects.published().filter(kind=Relation.Kind.RETRACTS, to=models.OuterRef("pk"))
        return self.annotate(retracted=models.Exists(retractions))


class Statement(Searchable, Publishable):
    """One utterance or official act on a date."""

    SEARCHED = Searched(
        4,
        titles=("speaker_label",),
        texts=("summary", "translation", "note", "capacity", "venue"),
        quoted=("quote",),
        named=("speaker", "on_behalf_of"),
        date="date",
    )

    # What `timeline.stream` fetches along, public rows only.
    raises: list["Issuance"]
    answers: list["Response"]
    took_part: list["Participant"]
    refers: list["Relation"]
    cites: list[Citation]

    class Kind(models.TextChoices):
        """The form in which it was made."""

        OPEN_LETTER = "open_letter", _lazy("open letter")
        PRESS_STATEMENT = "press_statement", _lazy("press statement")
        INTERVIEW = "interview", _lazy("interview")
        SPEECH = "speech", _lazy("speech")
        SOCIAL_POST = "social_post", _lazy("social media post")
        REPORT = "report", _lazy("report")
        VOTE = "vote", _lazy("vote")
        MEETING = "meeting", _lazy("meeting")
        OTHER = "other", _lazy("other statement or act")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="statements", verbose_name=_lazy("campaign"))
    slug = models.CharField(_lazy("slug"), max_length=120, validators=[validate_slug])
    date = models.DateField(_lazy("date"))
    precision = precision_field()
    end_date = models.DateField(_lazy("last day"), null=True, blank=True)
    end_precision = optional_precision_field()
    deadline_date = models.DateField(_lazy("asks for an answer by"), null=True, blank=True)
    deadline_precision = optional_precision_field()
    position = models.PositiveSmallIntegerField(
        _lazy("order in the day"),
        default=0,
        help_text=_lazy("0 where it does not matter; else 1 for what came first that day, 2 for the next …"),
    )
    kind = models.CharField(_lazy("kind"), max_length=20, choices=Kind, default=Kind.OTHER)
    speaker = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_lazy("who said it")
    )
    speaker_label = models.CharField(
        _lazy("as the source names the speaker"),
        max_length=300,
        blank=True,
        validators=[validate_line],
        help_text=_lazy("For an unnamed speaker, for example “a spokeswoman for the mayor’s office”."),
    )
    on_behalf_of = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statements_for",
        verbose_name=_lazy("on behalf of"),
        help_text=_lazy("Where a spokesperson spoke for somebody else."),
    )
    capacity = models.CharField(_lazy("in which role"), max_length=300, blank=True, validators=[validate_line])
    venue = models.CharField(_lazy("where"), max_length=300, blank=True, validators=[validate_line])
    summary = models.TextField(
        _lazy("summary"), blank=True, validators=[validate_text], help_text=_lazy("What was said, in neutral words.")
    )
    quote = models.TextField(
        _lazy("quotation"),
        blank=True,
        validators=[validate_text],
        help_text=_lazy("Exactly as printed, slips included."),
    )
    language = models.CharField(
        _lazy("language of the quotation"),
        max_length=35,
        blank=True,
        default="",
        validators=[validate_language],
        help_text=_lazy("Empty where it is the campaign’s language."),
    )
    translation = models.TextField(
        _lazy("translation"),
        blank=True,
        validators=[validate_text],
        help_text=_lazy("Of the quotation into the campaign’s language; readers see that it is one."),
    )
    signatories_incomplete = models.BooleanField(_lazy("more signed than are listed"), default=False)
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))

    when = Partial[PartialDate]("date", "precision")
    end = Partial[PartialDate | None]("end_date", "end_precision")
    deadline = Partial[PartialDate | None]("deadline_date", "deadline_precision")

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["date", "precision", "position", "pk"]
        verbose_name = _lazy("statement")
        verbose_name_plural = _lazy("statements")
        indexes = [
            models.Index(fields=["campaign", "date", "precision", "position", "id"], name="statement_in_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "slug"], name="statement_slug_unique"),
            models.CheckConstraint(
                condition=Q(speaker__isnull=False) | ~Q(speaker_label=""),
                name="statement_has_speaker",
                violation_error_message=_lazy("Say who spoke: choose somebody, or write how the source names them."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | ~Q(summary="") | ~Q(quote=""),
                name="statement_says_something",
                violation_error_message=_lazy("A published statement needs a summary or a quotation."),
            ),
            models.CheckConstraint(
                condition=~Q(quote="") | Q(translation=""),
                name="statement_translates_quote",
                violation_error_message=_lazy("A translation needs the quotation that it translates."),
            ),
            precision_fits("statement_date_fits"),
            precision_fits("statement_end_fits", "end_date", "end_precision"),
            ends_after_start("statement_ends_after_start"),
            precision_fits("statement_deadline_fits", "deadline_date", "deadline_precision"),
            ends_after_start(
                "statement_deadline_after_date",
                end="deadline_date",
                end_precision="deadline_precision",
                message=_lazy("The deadline lies before the statement."),
            ),
            withdrawal_has_reason("statement_withdrawal_reason"),
        ]

    def __str__(self) -> str:
        """Return who said it and when."""
        return f"{self.speaker_label or self.speaker}, {self.when}"

    def said_by(self) -> str:
        """Return who said it, for whom and along with whom: “A on behalf of B, together with C”; needs `took_part`.

        *On behalf of* belongs to the speaker alone, so it stands before whoever spoke along.
        """
        along = (str(part) for part in self.took_part if part.role == Participant.Role.CO_SPEAKER)
        return spoken_by(self.speaker_label or str(self.speaker), str(self.on_behalf_of or ""), along)

    def get_absolute_url(self) -> str:
        """Return its permanent address."""
        return reverse("statement", args=[self.campaign.slug, self.slug])

    def names(self) -> Iterator[Publishable]:
        """Yield the speaker, whoever is spoken for, everybody who took part, the cited sources, and what it answers.

        An answer whose demand or letter is a draft would lose its stance, which is the point of it: it waits for the
        draft, is published with it, or is taken out. One that was withdrawn keeps nothing back: its page says why.
        """
        yield from (actor for actor in (self.speaker, self.on_behalf_of) if actor)
        yield from (part.actor for part in self.participants.select_related("actor") if part.actor)
        yield from (citation.source for citation in self.citations.select_related("source"))
        yield from (about for about in self._answered() if about.state != State.WITHDRAWN)

    def brings(self) -> Iterator[Publishable]:
        """Yield the draft demands that it raises: a letter may be published before all of them are worded."""
        yield from unready(self._raised())

    def unseen(self) -> list[str]:
        """Return sentences about answers and demands raised of which readers see nothing."""
        answers = _("Readers do not see that it answers the %(noun)s “%(name)s”, which is %(state)s.")
        raises = _("Readers do not see that it raises the %(noun)s “%(name)s”, which is %(state)s.")
        return told_unseen(answers, self._answered()) + told_unseen(raises, self._raised())

    def _answered(self) -> "list[Demand | Statement]":
        rows = self.responses.select_related("demand", "letter__speaker")
        return [about for row in rows if (about := row.demand or row.letter)]

    def _raised(self) -> "list[Demand]":
        return [row.demand for row in self.issuances.select_related("demand")]

    def gaps(self, coming: Collection[Publishable] = ()) -> list[str]:
        """Return what publication asks for: a source, and a summary or a quotation."""
        problems = []
        if not self.citations.filter(about="").exists():
            problems.append(_("The statement “%(slug)s” needs a source.") % {"slug": self.slug})
        if not (self.summary or self.quote):
            problems.append(_("The statement “%(slug)s” needs a summary or a quotation.") % {"slug": self.slug})
        return problems


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Participants."""

    def published(self) -> "ParticipantQuerySet":
        """Keep those that are only described, or whose actor is published."""
        return self.filter(published_or_none("actor"))


class Participant(models.Model):
    """Somebody else in a statement: who spoke along, who was addressed, who signed; or only how they are described."""

    class Role(models.TextChoices):
        """What they did."""

        CO_SPEAKER = "co_speaker", _lazy("co-speaker")
        ADDRESSEE = "addressee", _lazy("addressee")
        SIGNATORY = "signatory", _lazy("signatory")

    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="participants", verbose_name=_lazy("statement")
    )
    role = models.CharField(_lazy("role"), max_length=12, choices=Role)
    actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="participations", verbose_name=_lazy("who")
    )
    label = models.CharField(_lazy("or described as"), max_length=300, blank=True, validators=[validate_line])
    position = models.PositiveIntegerField(_lazy("order"), default=0)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["role", "position", "pk"]
        verbose_name = _lazy("participant")
        verbose_name_plural = _lazy("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "role", "actor"],
                condition=Q(actor__isnull=False),
                name="participant_once",
                violation_error_message=_lazy("They stand here already."),
            ),
            models.UniqueConstraint(
                fields=["statement", "role", "label"],
                condition=Q(actor=None),
                name="participant_label_once",
                violation_error_message=_lazy("They stand here already."),
            ),
            models.CheckConstraint(
                condition=Q(actor__isnull=False, label="") | (Q(actor=None) & ~Q(label="")),
                name="participant_actor_or_label",
                violation_error_message=_lazy("Choose an actor, or describe who it was; not both."),
            ),
        ]

    def __str__(self) -> str:
        """Return the name or the description."""
        return str(self.actor or self.label)


class RelationQuerySet(models.QuerySet["Relation"]):
    """Relations between statements."""

    def published(self) -> "RelationQuerySet":
        """Keep those between two statements that every reader may see."""
        return self.filter(visible("statement"), visible("to"))

    def replies_of_others(self) -> "RelationQuerySet":
        """Keep the replies that do not come from those who made or signed what they reply to.

        Who replies: speaker, whoever is spoken for, co-speakers. Who made it: the same, and the signatories.
        """
        roles, people = Participant.Role, Participant.objects.published()
        along = people.filter(statement=OuterRef("statement"), role=roles.CO_SPEAKER)
        along_too = people.filter(statement=OuterRef(OuterRef("statement")), role=roles.CO_SPEAKER).values("actor")
        replying = Q(actor=OuterRef("statement__speaker")) | Q(actor=OuterRef("statement__on_behalf_of"))
        made = people.filter(statement=OuterRef("to"), role__in=[roles.CO_SPEAKER, roles.SIGNATORY])
        own_side = made.filter(replying | Q(actor__in=along_too))
        own_speaker = along.filter(Q(actor=OuterRef("to__speaker")) | Q(actor=OuterRef("to__on_behalf_of")))
        found = self.filter(~Exists(own_side), ~Exists(own_speaker), kind=Relation.Kind.REPLIES_TO)
        for maker in ("to__speaker", "to__on_behalf_of"):
            for replier in ("statement__speaker", "statement__on_behalf_of"):
                found = found.exclude(**{maker: F(replier)})
        return found

    def turning(self, actor: Actor) -> "RelationQuerySet":
        """Keep those by which a statement of the actor's changes, or is contradicted by, another; with both of them.

        The actor's are the statements that it made, signed or had made on its behalf.
        """
        took_part = Participant.objects.filter(actor=actor.pk).exclude(role=Participant.Role.ADDRESSEE)
        own = Statement.objects.filter(
            Q(speaker=actor.pk) | Q(on_behalf_of=actor.pk) | Q(pk__in=took_part.values("statement"))
        ).values("pk")
        participants = Participant.objects.published().select_related("actor__campaign")
        citations = Citation.objects.published().with_source()
        sides = [
            part
            for side in ("statement", "to")
            for part in (
                shown(f"{side}__participants", participants, "took_part"),
                shown(f"{side}__citations", citations, "cites"),
            )
        ]
        people = [
            f"{side}__{who}campaign" for side in ("statement", "to") for who in ("", "speaker__", "on_behalf_of__")
        ]
        turns = self.filter(Q(statement__in=own) | Q(to__in=own), kind__in=Relation.TURNS)
        return turns.select_related(*people).prefetch_related(*sides)


class Relation(models.Model):
    """A statement refers to another one."""

    class Kind(models.TextChoices):
        """How it refers to it; the values are the keys of the campaign file."""

        REPLIES_TO = "replies_to", _lazy("replies to")
        REBUTS = "rebuts", _lazy("rebuts")
        REPEATS = "repeats", _lazy("repeats")
        CLARIFIES = "clarifies", _lazy("clarifies")
        CONTRADICTS = "contradicts", _lazy("contradicts")
        RETRACTS = "retracts", _lazy("retracts")

    #: Those by which words change, or stand against others.
    TURNS = (Kind.REBUTS, Kind.CLARIFIES, Kind.CONTRADICTS, Kind.RETRACTS)

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="relations", verbose_name=_lazy("statement"))
    kind = models.CharField(_lazy("how"), max_length=12, choices=Kind, default=Kind.REPLIES_TO)
    to = models.ForeignKey(
        Statement, models.PROTECT, related_name="relations_from", verbose_name=_lazy("which statement")
    )
    position = models.PositiveIntegerField(_lazy("order"), default=0)

    objects = RelationQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _lazy("relation")
        verbose_name_plural = _lazy("relations")
        constraints = [
            models.UniqueConstraint(fields=["statement", "kind", "to"], name="relation_once"),
            models.CheckConstraint(
                condition=~Q(statement=F("to")),
                name="relation_not_to_itself",
                violation_error_message=_lazy("A statement cannot refer to itself."),
            ),
        ]

    def __str__(self) -> str:
        """Return the sentence."""
        return f"{self.statement} {self.get_kind_display()} {self.to}"

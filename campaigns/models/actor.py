"""Actors: anyone who can speak or be addressed. Persons, organizations and posts are kinds of one table.

Popolo's Person, Organization, Post and Membership. "Who?" is one foreign key everywhere (see docs/decisions/0001).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.campaign import Campaign
from campaigns.models.dates import (
    Partial,
    PartialDate,
    ends_after_start,
    optional_precision_field,
    overlapping,
    precision_fits,
)
from campaigns.models.edit_lock import Versioned
from campaigns.models.publishing import (
    Publishable,
    PublishableQuerySet,
    State,
    leads_back,
    published_or_none,
    shown,
    withdrawal_has_reason,
)
from campaigns.models.search_entry import Searchable, Searched
from campaigns.models.source import Citation
from campaigns.models.validators import (
    validate_aliases,
    validate_line,
    validate_slug,
    validate_text,
    validate_url,
)
from campaigns.text.folding import fold

__all__ = [
    "Actor",
    "ActorQuerySet",
    "Classification",
    "Membership",
    "MembershipQuerySet",
    "Official",
    "Organization",
    "Person",
    "Post",
    "Scope",
]


class Classification(models.TextChoices):
    """What an organization is to the campaign."""

    COALITION_MEMBER = "coalition_member", _lazy("coalition member")
    GOVERNMENT = "government", _lazy("public body")
    MEDIA = "media", _lazy("news organization")
    OTHER = "other", _lazy("other organization")


class Scope(models.TextChoices):
    """How far an organization reaches."""

    LOCAL = "local", _lazy("local")
    REGIONAL = "regional", _lazy("regional")
    NATIONAL = "national", _lazy("national")
    INTERNATIONAL = "international", _lazy("international")


class ActorQuerySet(PublishableQuerySet["Actor"]):
    """Actors of any kind."""

    def kept_for(self, **lookup: Any) -> "Actor | None":
        """Return the published actor that a withdrawn one was found to be the same as, in however many steps."""
        found = self.withdrawn().filter(merged_into__isnull=False, **lookup).first()
        while found is not None and found.merged_into_id is not None:
            found = Actor.objects.filter(pk=found.merged_into_id).select_related("campaign").first()
        return found if found is not None and found.state == State.PUBLISHED else None

    def by_name(self) -> "ActorQuerySet":
        """Order by folded sort name, the same on every database."""
        return self.order_by("folded_name", "pk")

    def spoken_for_by(self, actor: "Actor") -> "ActorQuerySet":
        """Keep those in whose name the actor spoke; ``times`` is how often, in public statements."""
        spoken = self.filter(statements_for__speaker=actor.pk, statements_for__state=State.PUBLISHED)
        return spoken.select_related("campaign").annotate(times=Count("statements_for")).by_name()

    def with_office(self) -> "ActorQuerySet":
        """Note on each whether a published role in a public body makes it an official."""
        roles = Membership.objects.published().in_public_bodies()
        return self.annotate(is_official=Exists(roles.filter(member=OuterRef("pk"), member__kind=Actor.Kind.PERSON)))

    def with_roles(self) -> "ActorQuerySet":
        """Fetch each actor's public memberships, oldest first."""
        return self.prefetch_related(shown("memberships", Membership.objects.published().in_order(), "roles"))

    def for_page(self) -> "ActorQuerySet":
        """Fetch what the actor's page shows beside its windowed lists, public rows only."""
        return (
            self.with_roles()
            .select_related("campaign")
            .prefetch_related(
                Prefetch("parent", Organization.objects.published().select_related("campaign")),
                Prefetch("organization", Organization.objects.published().select_related("campaign")),
                shown("roles__citations", Citation.objects.published().with_source(), "cites"),
                shown("citations", Citation.objects.published().with_source(), "cites"),
            )
        )


class Actor(Searchable, Publishable):
    """A person, an organization or a post: one name, one slug, aliases."""

    # What the QuerySet methods above fetch along, public rows only.
    roles: list["Membership"]
    cites: list[Citation]
    #: What tells it from another of the same name, where a page shows both (`campaigns.actors.namesakes`).
    apart: str = ""

    class Kind(models.TextChoices):
        """The three kinds."""

        PERSON = "person", _lazy("person")
        ORGANIZATION = "organization", _lazy("organization")
        POST = "post", _lazy("post")

    SEARCHED = Searched(1, titles=("name",), texts=("aliases", "note"))
    #: The kind that a proxy stands for; None on Actor itself.
    KIND: ClassVar["Actor.Kind | None"] = None

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="actors", verbose_name=_lazy("campaign"))
    kind = models.CharField(_lazy("kind"), max_length=12, choices=Kind)
    slug = models.CharField(_lazy("slug"), max_length=120, validators=[validate_slug])
    name = models.CharField(_lazy("name"), max_length=300, validators=[validate_line])
    sort_name = models.CharField(
        _lazy("name for sorting"),
        max_length=300,
        blank=True,
        validators=[validate_line],
        help_text=_lazy("Only where the name itself would sort wrongly, for example “Lucas, Quinton”."),
    )
    folded_name = models.CharField(max_length=600, editable=False, default="")
    aliases = models.JSONField(_lazy("other names"), default=list, blank=True, validators=[validate_aliases])
    url = models.URLField(_lazy("website"), max_length=2000, blank=True, validators=[validate_url])
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))
    # Organizations only.
    classification = models.CharField(
        _lazy("what it is"), max_length=20, choices=Classification, blank=True, default=""
    )
    scope = models.CharField(_lazy("reach"), max_length=20, choices=Scope, blank=True, default="")
    parent = models.ForeignKey(
        "Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_lazy("parent organization"),
    )
    # Posts only.
    organization = models.ForeignKey(
        "Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_lazy("organization"),
    )
    speaks_for = models.BooleanField(
        _lazy("its holder speaks for the organization"),
        default=False,
        help_text=_lazy("For its head or spokesperson: what they say is the organization’s own word."),
    )
    # Organizations and posts.
    start_date = models.DateField(_lazy("exists from"), null=True, blank=True)
    start_precision = optional_precision_field()
    end_date = models.DateField(_lazy("existed until"), null=True, blank=True)
    end_precision = optional_precision_field()

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_lazy("the same as"),
        help_text=_lazy("Its old address leads there."),
    )

    start = Partial[PartialDate | None]("start_date", "start_precision")
    end = Partial[PartialDate | None]("end_date", "end_precision")

    objects = ActorQuerySet.as_manager()

    class Meta:
        ordering = ["folded_name", "pk"]
        verbose_name = _lazy("actor")
        verbose_name_plural = _lazy("actors")
        indexes = [models.Index(fields=["campaign", "kind", "folded_name", "id"], name="actor_by_name")]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "slug"], name="actor_slug_unique"),
            models.UniqueConstraint(
                fields=["campaign", "organization", "name"],
                condition=Q(kind="post", organization__isnull=False),
                name="post_name_unique",
                violation_error_message=_lazy("The organization has a post of this name already."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "name"],
                condition=Q(kind="post", organization=None),
                name="post_name_unique_alone",
                violation_error_message=_lazy("There is a post of this name already."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="actor_has_name", violation_error_message=_lazy("An actor needs a name.")
            ),
            models.CheckConstraint(
                condition=Q(kind="organization") | Q(classification="", scope="", parent=None),
                name="actor_organization_fields",
                violation_error_message=_lazy("Only an organization has a classification, a reach and a parent."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="organization") | ~Q(classification=""),
                name="actor_organization_classified",
                violation_error_message=_lazy("Say what the organization is."),
            ),
            models.CheckConstraint(
                condition=Q(kind="post") | Q(organization=None),
                name="actor_post_fields",
                violation_error_message=_lazy("Only a post stands in an organization; a person has a membership."),
            ),
            models.CheckConstraint(
                condition=Q(speaks_for=False) | Q(kind="post", organization__isnull=False),
                name="actor_speaks_for_something",
                violation_error_message=_lazy("Only a post of an organization speaks for one."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="person") | Q(start_date=None, end_date=None),
                name="actor_life_span",
                violation_error_message=_lazy(
                    "Only an organization or a post has a first and a last day; a person has roles, from–to."
                ),
            ),
            precision_fits("actor_start_fits", "start_date", "start_precision"),
            precision_fits("actor_end_fits", "end_date", "end_precision"),
            ends_after_start("actor_ends_after_start", start="start_date"),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="actor_not_own_parent",
                violation_error_message=_lazy("An organization cannot be its own parent."),
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="actor_url_http",
                violation_error_message=_lazy("The address must start with https:// or http://."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(state=State.PUBLISHED),
                name="actor_merged_not_published",
                violation_error_message=_lazy("What was found to be the same as another is not published beside it."),
            ),
            withdrawal_has_reason("actor_withdrawal_reason"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Give a new Person, Organization or Post its kind."""
        super().__init__(*args, **kwargs)
        if self.KIND and not self.kind:
            self.kind = self.KIND

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the folded name derived anew."""
        self.fold_name()
        super().save(*args, **kwargs)

    def fold_name(self) -> None:
        """Derive the column that names sort by; bulk writers call it themselves."""
        self.folded_name = fold(self.sort_name or self.name)[:600]

    def noun(self) -> str:
        """Return what kind of actor it is, as it begins a sentence."""
        return str(self.get_kind_display()).capitalize()

    def get_absolute_url(self) -> str:
        """Return the address of its page: under people, organizations or posts."""
        return reverse(self.kind, args=[self.campaign.slug, self.slug])

    def clean(self) -> None:
        """Refuse an organization that stands above itself."""
        if leads_back(self, "parent"):
            raise ValidationError(_("An organization does not stand above itself, not in several steps either."))

    def names(self) -> Iterator[Publishable]:
        """Yield the parent or the organization, where there is one."""
        for organization in (self.parent, self.organization):
            if organization is not None:
                yield organization

    def gaps(self, coming: Collection[Publishable] = ()) -> list[str]:
        """Refuse publication to one that was found to be the same as another."""
        if self.merged_into is None:
            return []
        return [_("“%(name)s” is the same as “%(kept)s”.") % {"name": self, "kept": self.merged_into}]

    def named_by(self) -> Iterable[Publishable]:
        """Return the published statements that this actor made or that were made for it."""
        statements = self._meta.apps.get_model("campaigns", "Statement")._default_manager
        spoken = statements.filter(Q(speaker=self.pk) | Q(on_behalf_of=self.pk), state=State.PUBLISHED)
        inside = Actor.objects.filter(Q(parent=self.pk) | Q(organization=self.pk), state=State.PUBLISHED)
        return [*spoken, *inside]


class _KindManager(models.Manager.from_queryset(ActorQuerySet)):  # type: ignore[misc]
    """The actors of one proxy's kind."""

    def get_queryset(self) -> ActorQuerySet:
        return super().get_queryset().filter(kind=self.model.KIND)  # type: ignore[no-any-return]


class Person(Actor):
    """A human being (Popolo Person)."""

    KIND = Actor.Kind.PERSON
    objects: ClassVar[_KindManager] = _KindManager()

    class Meta:
        proxy = True
        verbose_name = _lazy("person")
        verbose_name_plural = _lazy("people")


class Organization(Actor):
    """A group with a name (Popolo Organization)."""

    KIND = Actor.Kind.ORGANIZATION
    objects: ClassVar[_KindManager] = _KindManager()

    class Meta:
        proxy = True
        verbose_name = _lazy("organization")
        verbose_name_plural = _lazy("organizations")


class Post(Actor):
    """A position that persons hold one after another (Popolo Post)."""

    KIND = Actor.Kind.POST
    objects: ClassVar[_KindManager] = _KindManager()

    class Meta:
        proxy = True
        verbose_name = _lazy("post")
        verbose_name_plural = _lazy("posts")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships."""

    def published(self) -> "MembershipQuerySet":
        """Keep those whose member, organization and post are all published."""
        return self.filter(
            published_or_none("organization", "post"),
            member__state=State.PUBLISHED,
            member__campaign__state=State.PUBLISHED,
        )

    def in_order(self) -> "MembershipQuerySet":
        """Join what a line about each shows, in the order in which they began; an unknown start comes first."""
        return self.select_related("member__campaign", "organization__campaign", "post__campaign").order_by(
            F("start_date").asc(nulls_first=True), "start_precision", "position", "pk"
        )

    def of_organization(self, organization: Actor) -> "MembershipQuerySet":
        """Keep the roles in the organization: its members and the holders of its posts."""
        return self.filter(Q(organization=organization.pk) | Q(post__organization=organization.pk))

    def with_sources(self) -> "MembershipQuerySet":
        """Fetch the public citations of each."""
        return self.prefetch_related(shown("citations", Citation.objects.published().with_source(), "cites"))

    def in_public_bodies(self) -> "MembershipQuerySet":
        """Keep the roles that make a person an official."""
        return self.filter(organization__classification=Classification.GOVERNMENT)

    def overlapping(self, first: dt.date, last: dt.date) -> "MembershipQuerySet":
        """Keep those that can have lasted on a day from first to last; an unknown start or end is open."""
        return self.filter(
            Q(start_date=None) | Q(start_date__lte=last),
            Q(end_date=None) | overlapping(first, None, "end_date", "end_precision"),
        )


class Membership(Versioned):
    """A person holds a post or belongs to an organization, from–to; an organization can be a member too."""

    # What the QuerySet methods above fetch along, public rows only.
    cites: list[Citation]

    member = models.ForeignKey(Actor, models.PROTECT, related_name="memberships", verbose_name=_lazy("who"))
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_lazy("organization"),
    )
    post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="holders", verbose_name=_lazy("post")
    )
    start_date = models.DateField(_lazy("from"), null=True, blank=True)
    start_precision = optional_precision_field()
    end_date = models.DateField(_lazy("to"), null=True, blank=True)
    end_precision = optional_precision_field()
    speaks_for = models.BooleanField(
        _lazy("speaks for the organization"),
        default=False,
        help_text=_lazy("For its head or spokesperson: what they say is the organization’s own word."),
    )
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))
    position = models.PositiveIntegerField(_lazy("order"), default=0)

    start = Partial[PartialDate | None]("start_date", "start_precision")
    end = Partial[PartialDate | None]("end_date", "end_precision")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["member", "position", "pk"]
        verbose_name = _lazy("membership")
        verbose_name_plural = _lazy("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(post__isnull=False),
                name="membership_of_something",
                violation_error_message=_lazy("Choose an organization or a post."),
            ),
            models.CheckConstraint(
                condition=~Q(member=models.F("organization")),
                name="membership_not_of_itself",
                violation_error_message=_lazy("An organization cannot be its own member."),
            ),
            models.CheckConstraint(
                condition=Q(speaks_for=False) | Q(organization__isnull=False),
                name="membership_speaks_for_something",
                violation_error_message=_lazy("Whoever speaks for an organization needs one, or a post with one."),
            ),
            models.UniqueConstraint(
                "member",
                *(Coalesce(key, 0) for key in ("organization", "post")),
                *(Coalesce(date, Value(dt.date.min)) for date in ("start_date", "end_date")),
                *(Coalesce(precision, 0) for precision in ("start_precision", "end_precision")),
                name="membership_once",
                violation_error_message=_lazy("They have this role already, for the same time."),
            ),
            precision_fits("membership_start_fits", "start_date", "start_precision"),
            precision_fits("membership_end_fits", "end_date", "end_precision"),
            ends_after_start("membership_ends_after_start", start="start_date"),
        ]

    def __str__(self) -> str:
        """Return who and where."""
        return f"{self.member}: {self.post or self.organization}"

    def clean(self) -> None:
        """Let a post bring its organization."""
        if self.post is not None and self.organization_id is None:
            self.organization = self.post.organization

    def may_cover(self, when: PartialDate) -> bool:
        """Say whether it can have lasted on a day that the date can mean; an unknown start or end is open."""
        begun = self.start is None or self.start.first <= when.last
        return begun and (self.end is None or self.end.last >= when.first)


class OfficialQuerySet(ActorQuerySet):
    """Persons with a role in a public body."""

    def published(self) -> "OfficialQuerySet":
        """Keep the published persons whom a published role makes an official."""
        roles = Membership.objects.published().in_public_bodies()
        return super().published().filter(Exists(roles.filter(member=OuterRef("pk"))))

    def withdrawn(self) -> "OfficialQuerySet":
        """Keep the withdrawn persons whom readers once saw as officials, in bodies that they may still see."""
        roles = Membership.objects.in_public_bodies().filter(published_or_none("organization", "post"))
        return super().withdrawn().filter(Exists(roles.filter(member=OuterRef("pk"))))


class _OfficialManager(models.Manager.from_queryset(OfficialQuerySet)):  # type: ignore[misc]
    """The persons with a membership in a public body, at any time."""

    def get_queryset(self) -> OfficialQuerySet:
        roles = Membership.objects.in_public_bodies().filter(member=OuterRef("pk"))
        return cast(OfficialQuerySet, super().get_queryset().filter(Exists(roles), kind=Actor.Kind.PERSON))


class Official(Person):
    """A person who holds or held a role in a public body: a property of a role at a date, not of a life."""

    objects: ClassVar[_OfficialManager] = _OfficialManager()

    class Meta:
        proxy = True
        verbose_name = _lazy("official")
        verbose_name_plural = _lazy("officials")

    def get_absolute_url(self) -> str:
        """Return the address of the official's page."""
        return reverse("official", args=[self.campaign.slug, self.slug])

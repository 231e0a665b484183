"""Posts that roles name and no entry defines: a role says “Mayor”, and the post of mayor must have an address."""

import re
from collections import Counter
from dataclasses import dataclass

from django.utils.text import slugify

from campaigns import schemas
from campaigns.campaign_file.existing import Existing, state_after
from campaigns.models import State

__all__ = ["PostKey", "Posts", "posts_of"]

#: A post is known by its name and the slug of its organization, if it has one.
PostKey = tuple[str, str | None]

_LONGEST = 110  # of the 120 that a slug may have: the rest is for a number


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts of an import."""

    #: Those that only roles name and that the database has not.
    new: list[schemas.Post]
    #: The slugs of those that only roles name and that the database has.
    known: list[str]
    #: The slug of every post that a role can mean.
    slugs: dict[PostKey, str]


def posts_of(file: schemas.CampaignFile, existing: Existing) -> Posts:
    """Return the posts that roles name, each new one with a slug that nobody else has.

    That is its name, with its organization's slug where others have that name too, with a number at last. It is
    published when its organization and one of its holders are.
    """
    defined = {post.slug for post in file.posts}
    before: dict[PostKey, str] = {key: slug for key, slug in existing.posts.items() if slug not in defined}
    slugs = before | {(post.name, post.organization): post.slug for post in file.posts}
    actors: list[schemas.Organization | schemas.Person | schemas.Post] = [
        *file.organizations,
        *file.people,
        *file.posts,
    ]
    holders: dict[PostKey, list[str]] = {}
    for actor in actors:
        for role in actor.roles:
            if role.post:
                holders.setdefault((role.post, role.organization), []).append(actor.slug)
    public = {slug for slug, row in existing.actors.items() if row.state == State.PUBLISHED}
    for actor in actors:
        row = existing.actors.get(actor.slug)
        published = state_after(actor.state, State(row.state) if row else None, publish=False) == State.PUBLISHED
        public = public | {actor.slug} if published else public - {actor.slug}

    taken = {*existing.actors, *(actor.slug for actor in actors)}
    missing = [key for key in holders if key not in slugs]
    alike = Counter(_slug(name) for name, _ in missing)
    new = []
    for name, organization in missing:
        slug = _slug(name)
        if slug in ("", organization):
            slug = _cut(f"{organization}-post") if organization else "post"
        elif organization and (alike[slug] > 1 or slug in taken):
            slug = _cut(f"{slug}-{organization}")
        numbered = (slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3)))
        slug = next(candidate for candidate in numbered if candidate not in taken)
        taken.add(slug)
        slugs[name, organization] = slug
        shown = (organization is None or organization in public) and not public.isdisjoint(holders[name, organization])
        state = State.PUBLISHED if shown else None
        new.append(schemas.Post(slug=slug, name=name, organization=organization, state=state))
    return Posts(new, [before[key] for key in holders if key in before], slugs)


def _slug(name: str) -> str:
    """Return the name as a slug: empty for one without Latin letters."""
    return _cut(slugify(name))


def _cut(slug: str) -> str:
    return re.sub(r"[-_]+", "-", slug)[:_LONGEST].strip("-")

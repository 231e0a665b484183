"""Whose words they are: who is who on a day, who holds office, and who speaks for whom (`verdicts` 1 and 2)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from campaigns.models import Actor, PartialDate
from campaigns.verdicts.facts import By, Days, Known, Role

__all__ = ["Life", "Ties"]

_DAY = dt.timedelta(1)


class Life(NamedTuple):
    """A time in office, or the life span of a body or a post; None where the record knows no end."""

    days: Days
    start: PartialDate | None
    end: PartialDate | None


class Ties:
    """The actors of a campaign and their roles: what each question about a day is answered from."""

    def __init__(self, actors: Iterable[Known], roles: Iterable[Role]) -> None:
        """Sort the roles by person, post and body."""
        self.actors = {actor.pk: actor for actor in actors}
        self.of_person: dict[int, list[Role]] = defaultdict(list)
        self.of_post: dict[int, list[Role]] = defaultdict(list)
        self.in_body: dict[int, list[Role]] = defaultdict(list)
        for role in roles:
            self.of_person[role.person].append(role)
            if role.post is not None:
                self.of_post[role.post].append(role)
            if role.body is not None:
                self.in_body[role.body].append(role)
        self.below: dict[int, set[int]] = defaultdict(set)
        self.posts: dict[int, set[int]] = defaultdict(set)
        for actor in self.actors.values():
            if actor.body is not None:
                (self.posts if actor.kind == Actor.Kind.POST else self.below)[actor.body].add(actor.pk)
        self._parts: dict[int, frozenset[int]] = {}
        self._above: dict[int, frozenset[int]] = {}
        self._concerned: dict[int, frozenset[int]] = {}
        self._lives: dict[int, list[Life]] = {}

    def is_body(self, actor: int) -> bool:
        """Say whether the actor is an organization."""
        return actor in self.actors and self.actors[actor].kind == Actor.Kind.ORGANIZATION

    def parts(self, body: int) -> frozenset[int]:
        """Return the organizations below a body, at any depth."""
        if body not in self._parts:
            found: set[int] = set()
            new = {body}
            while new := {part for one in new for part in self.below[one]} - found - {body}:
                found |= new
            self._parts[body] = frozenset(found)
        return self._parts[body]

    def above(self, body: int) -> frozenset[int]:
        """Return the bodies of which a body is a part, at any height."""
        if body not in self._above:
            found: list[int] = []
            one = self.actors.get(body)
            while one is not None and one.body is not None and one.body not in (body, *found):
                found.append(one.body)
                one = self.actors.get(one.body)
            self._above[body] = frozenset(found)
        return self._above[body]

    def same(self, actor: int, days: Days) -> set[int]:
        """Return the actor and who is one with it then: a post and its holder."""
        holders = {role.person for role in self.of_post[actor] if role.days.meets(days)}
        posts = {role.post for role in self.of_person[actor] if role.post is not None and role.days.meets(days)}
        return {actor} | holders | posts

    def alongside(self, person: int) -> set[int]:
        """Return the posts that a person ever held, and everybody else who ever held one of them."""
        posts = {role.post for role in self.of_person[person] if role.post is not None}
        return posts | {role.person for post in posts for role in self.of_post[post]} - {person}

    def vacant(self, post: int, at: dt.date) -> PartialDate | None:
        """Return since when a post has no holder on record on a day; None where it has one, or none is on record."""
        held = [role for role in self.of_post[post] if role.days.first <= at]
        ended = [role.end for role in held if role.end is not None and role.end.last < at]
        return max(ended, key=Days.of) if held and len(ended) == len(held) else None

    def speaking_for(self, bodies: Iterable[int], days: Days) -> set[int]:
        """Return who then speaks for one of the bodies: the holders of marked roles, and their posts."""
        roles = (role for body in bodies for role in self.in_body[body] if role.speaks and role.days.meets(days))
        return {actor for role in roles for actor in (role.person, role.post) if actor is not None}

    def lives(self, actor: int) -> list[Life]:
        """Return when an actor can be asked, the earliest first; touching times are one. Nothing on record: always."""
        if actor not in self._lives:
            known = self.actors.get(actor)
            if known is not None and known.kind == Actor.Kind.PERSON:
                offices = [role for role in self.of_person[actor] if role.body is not None and self._public(role.body)]
                found = [Life(role.days, role.start, role.end) for role in offices]
            else:
                start, end = (known.start, known.end) if known else (None, None)
                found = [Life(Days.between(start, end), start, end)]
            self._lives[actor] = _joined(found) or [Life(Days(dt.date.min, dt.date.max), None, None)]
        return self._lives[actor]

    def voice(self, addressee: int, voices: Collection[int], days: Days) -> By | None:
        """Return whose words these voices' words of those days are for the addressee; None: somebody else's."""
        if self.is_body(addressee):
            return self._of_body(addressee, voices, days)
        own = self.same(addressee, days)
        if not own.isdisjoint(voices):
            return By.OWN
        roles = (role for actor in own for role in (*self.of_person[actor], *self.of_post[actor]))
        headed = {role.body for role in roles if role.speaks and role.days.meets(days)}
        return None if headed.isdisjoint(voices) else By.PART

    def from_above(self, addressee: int, voices: Collection[int], days: Days) -> bool:
        """Say whether a body above an asked organization speaks, or somebody for it."""
        above = self.above(addressee) if self.is_body(addressee) else frozenset()
        return bool(above) and not (above | self.speaking_for(above, days)).isdisjoint(voices)

    def _of_body(self, body: int, voices: Collection[int], days: Days) -> By | None:
        if body in voices or not self.speaking_for([body], days).isdisjoint(voices):
            return By.OWN
        below = self.parts(body)
        inside = below | {body}
        # Whoever also holds public office elsewhere speaks only within the bodies in which he sits himself.
        outsiders = {voice for voice in voices if self._sits_outside(voice, body, inside, days)}
        if not below.isdisjoint(voices) or not (self.speaking_for(below, days) - outsiders).isdisjoint(voices):
            return By.PART
        for voice in voices:
            known = self.actors.get(voice)
            if known is not None and known.kind == Actor.Kind.POST and known.body in inside:
                return By.MEMBER
            sits = any(role.body in inside and role.days.meets(days) for role in self.of_person[voice])
            if sits and voice not in outsiders:
                return By.MEMBER
        return None

    def _sits_outside(self, person: int, body: int, inside: Collection[int], days: Days) -> bool:
        held = [role for role in self.of_person[person] if role.body is not None and role.days.meets(days)]
        outside = any(role.body not in inside and self._public(role.body or 0) for role in held)
        return outside and all(role.body != body for role in held)

    def _public(self, body: int) -> bool:
        return body in self.actors and self.actors[body].public

    def concerned(self, addressee: int) -> frozenset[int]:
        """Return everybody whose words could at some time be the addressee's, from within it or from above it."""
        if addressee not in self._concerned:
            bodies = {addressee, *self.parts(addressee)} if self.is_body(addressee) else set()
            above = self.above(addressee) if bodies else frozenset()
            found = {addressee, *bodies, *above}
            roles = [role for body in (*bodies, *above) for role in self.in_body[body]]
            roles += self.of_person[addressee] + self.of_post[addressee]
            if not bodies:
                roles += [
                    more for role in roles for more in (*self.of_person[role.person], *self.of_post[role.post or 0])
                ]
            found |= {actor for role in roles for actor in (role.person, role.post, role.body) if actor is not None}
            found |= {post for body in bodies for post in self.posts[body]}
            self._concerned[addressee] = frozenset(found)
        return self._concerned[addressee]


def _joined(found: list[Life]) -> list[Life]:
    lives: list[Life] = []
    for new in sorted(found, key=lambda life: life.days):
        if not lives or (lives[-1].days.last < dt.date.max and new.days.first > lives[-1].days.last + _DAY):
            lives.append(new)
        elif new.days.last > lives[-1].days.last:
            old = lives[-1]
            lives[-1] = Life(Days(old.days.first, new.days.last), old.start, new.end)
    return lives

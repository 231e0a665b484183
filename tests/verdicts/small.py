"""Small campaigns in words, judged without a database: Small().asks("2020", of=["ada"]).says("ada", "2021", "acts")."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self

from campaigns.models import Actor, Check, PartialDate, Stance, Status
from campaigns.verdicts.facts import Case, Finding, Known, Look, Occasion, Role, Said
from campaigns.verdicts.judging import judge
from campaigns.verdicts.whose import Ties


def when(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def day(text: str) -> PartialDate:
    return PartialDate.parse(text)


class Small:
    """One demand, and whoever has to do with it; everybody is known by name."""

    def __init__(self) -> None:
        self.actors: dict[str, Known] = {}
        self.roles: list[Role] = []
        self.occasions: list[Occasion] = []
        self.said: list[Said] = []
        self.looks: list[Look] = []
        self.current: tuple[Status, PartialDate] | None = None
        self.successors: list[PartialDate] = []

    def pk(self, name: str) -> int:
        return self._known(name).pk

    def _known(self, name: str, kind: str = Actor.Kind.PERSON, **more: Any) -> Known:
        known = self.actors.get(name)
        if known is None or more or kind != Actor.Kind.PERSON:
            pk = known.pk if known else len(self.actors) + 1
            known = self.actors[name] = Known(pk, kind, **more)
        return known

    def _set(self, names: Iterable[str]) -> frozenset[int]:
        return frozenset(self.pk(name) for name in names)

    def body(self, name: str, above: str = "", start: str = "", end: str = "", *, public: bool = True) -> Self:
        parent = self.pk(above) if above else None
        kind = Actor.Kind.ORGANIZATION
        self._known(name, kind, body=parent, public=public, start=when(start), end=when(end))
        return self

    def post(self, name: str, body: str, start: str = "", end: str = "") -> Self:
        self._known(name, Actor.Kind.POST, body=self.pk(body), start=when(start), end=when(end))
        return self

    def role(
        self, who: str, body: str, post: str = "", start: str = "", end: str = "", *, speaks: bool = False
    ) -> Self:
        role = Role(self.pk(who), self.pk(post) if post else None, self.pk(body), when(start), when(end), speaks)
        self.roles.append(role)
        return self

    def asks(self, date: str, of: Iterable[str] = (), by: str = "league", *, others: bool = False, **more: Any) -> Self:
        """Raise the demand by a statement to some, or to nobody; with ``others`` to somebody only described as well."""
        raisers = self._set([by])
        named = self._set(of)
        addressed = bool(named) or others
        made = Occasion(day(date), len(self.occasions) + 900, raisers, raisers, named, addressed, **more)
        self.occasions.append(made)
        return self

    def says(
        self, who: str, date: str, stance: str = "", *, along: Iterable[str] = (), order: int = 0, end: str = ""
    ) -> Self:
        """Answer the demand; without a stance reply to the whole letter."""
        first = day(date)
        voices = self._set([who, *along])
        number = len(self.said) + 1
        taken = Stance(stance) if stance else None
        self.said.append(
            Said(first.first, first.precision, order, number, voices, taken, end=when(end), slug=f"{who}-{date}")
        )
        return self

    def looked(self, date: str, found: str = "nothing_found", of: str = "") -> Self:
        self.looks.append(Look(day(date), Check.Found(found), self.pk(of) if of else None))
        return self

    def outcome(self, status: str, date: str) -> Self:
        self.current = Status(status), day(date)
        return self

    def replaced(self, date: str) -> Self:
        self.successors.append(day(date))
        return self

    @property
    def ties(self) -> Ties:
        return Ties(self.actors.values(), self.roles)

    @property
    def case(self) -> Case:
        return Case(
            self.occasions, sorted(self.said, key=lambda one: one[:4]), self.looks, self.current, self.successors
        )

    def verdict(self, addressee: str = "ada", at: str = "2026-12-01") -> Finding:
        pk, then = self.pk(addressee), dt.date.fromisoformat(at)
        case = self.case
        said = [one for one in case.said if one.date <= then]
        return judge(Case(case.occasions, said, case.looks, case.outcome, case.successors), pk, self.ties, then)

    def state(self, addressee: str = "ada", at: str = "2026-12-01") -> str:
        return str(self.verdict(addressee, at).state)

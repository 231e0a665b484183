"""What stands under a key: slugs, lines, texts, addresses, dates; and what every mapping has in common."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from django.core.exceptions import ValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from campaigns import models
from campaigns.models import validators

__all__ = [
    "PRECISIONS",
    "ActorSlug",
    "Base",
    "CampaignSlug",
    "Date",
    "Day",
    "DemandSlug",
    "Headline",
    "Instant",
    "Language",
    "Line",
    "Name",
    "Order",
    "OrganizationSlug",
    "PersonSlug",
    "Place",
    "PostSlug",
    "Precision",
    "Prose",
    "Ref",
    "Slug",
    "SourceSlug",
    "StatementSlug",
    "Text",
    "Timezone",
    "Url",
]


@dataclass(frozen=True)
class Ref:
    """Marks a slug that names another record: an actor (of any kind), an organization, a demand and so on."""

    noun: Literal["actor", "organization", "demand", "statement", "source"]


def _valid(validate: Callable[[str], object], expected: str) -> AfterValidator:
    """Return the pydantic validator that refuses what a model's validator refuses, and says what was expected.

    What the model's validator says after a colon is its own advice, which ``expected`` replaces; but of an address
    it is the reason.
    """

    def check(value: str) -> str:
        try:
            validate(value)
        except ValidationError as error:
            message = " ".join(error.messages)
        except ValueError as error:
            message = str(error)
        else:
            return value
        if validate is not validators.validate_url:
            message = message.partition(": ")[0]
        raise PydanticCustomError("refused", "{message}", {"message": message.rstrip("."), "expected": expected})

    return AfterValidator(check)


def _date(value: str) -> models.PartialDate:
    date = models.PartialDate.parse(value)
    # The database compares dates as text: four digits without a leading zero.
    if date.first.year < 1000:
        raise ValueError(f"“{value}” lies before the year 1000")
    return date


def _day(value: str) -> None:
    if _date(value).precision != models.Precision.DAY:
        raise ValueError(f"“{value}” is not a day")


def _instant(value: str) -> None:
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"“{value[:40]}” is not a moment") from None
    if moment.tzinfo is None:
        raise ValueError(f"“{value[:40]}” has no time zone")
    try:
        moment.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError(f"“{value[:40]}” is not a moment") from None


def _not_blank(value: str) -> None:
    if not value.strip():
        raise ValueError("There is nothing but spaces")


_SLUG = "a slug: a to z, 0 to 9 and single hyphens, such as open-letter-2021"
_CAMPAIGN_SLUG = f"{_SLUG}, which is not one of the site's own addresses"
_NAME = "a name"
_LINE = "one line of text without invisible characters"
_TEXT = "text without control characters"
_PROSE = "at least a word"
_URL = "an address such as https://example.org/page"
_LANGUAGE = "a language tag such as en, es or pt-BR"
_TIMEZONE = "a time zone such as America/Chicago"
_DATE = "a date such as 2021-04-22, 2021-04 or 2021"
_DAY = "a day such as 2021-04-22"
_INSTANT = "a moment such as 2026-11-23T18:00:00Z"

CampaignSlug = Annotated[
    str,
    Field(max_length=80, description=_CAMPAIGN_SLUG),
    _valid(validators.validate_campaign_slug, _CAMPAIGN_SLUG),
]
Slug = Annotated[str, Field(max_length=120, description=_SLUG), _valid(validators.validate_slug, _SLUG)]
_line = _valid(validators.validate_line, _LINE)
Line = Annotated[str, Field(max_length=300), _line]
Name = Annotated[str, Field(max_length=300, description=_NAME), _valid(_not_blank, _NAME), _line]
Headline = Annotated[str, Field(max_length=1000), _line]
Place = Annotated[str, Field(max_length=100), _line]
Text = Annotated[str, _valid(validators.validate_text, _TEXT)]
#: A text that must say something.
Prose = Annotated[Text, Field(description=_PROSE), _valid(_not_blank, _PROSE)]
Url = Annotated[str, Field(max_length=2000), _valid(validators.validate_url, _URL)]
Language = Annotated[str, Field(max_length=35), _valid(validators.validate_language, _LANGUAGE)]
Timezone = Annotated[str, Field(max_length=60), _valid(validators.validate_timezone, _TIMEZONE)]
Date = Annotated[str, Field(description=_DATE), _valid(_date, _DATE)]
Day = Annotated[str, Field(description=_DAY), _valid(_day, _DAY)]
Instant = Annotated[str, Field(description=_INSTANT), _valid(_instant, _INSTANT)]
Order = Annotated[int, Field(ge=0, le=32767)]
Precision = Literal["day", "month", "year"]
#: The precision's word for the length of a date's ISO form.
PRECISIONS: dict[int, Precision] = {10: "day", 7: "month", 4: "year"}

ActorSlug = Annotated[str, Ref("actor")]
OrganizationSlug = Annotated[str, Ref("organization")]
PersonSlug = Annotated[str, Ref("person")]
PostSlug = Annotated[str, Ref("post")]
DemandSlug = Annotated[str, Ref("demand")]
StatementSlug = Annotated[str, Ref("statement")]
SourceSlug = Annotated[str, Ref("source")]


class Base(BaseModel):
    """A mapping of known keys; null and an empty text are the same as an absent key."""

    model_config = ConfigDict(extra="forbid")
    #: What an absent key means, for keys that are always written.
    ABSENT: ClassVar[dict[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = {key: value for key, value in data.items() if value not in (None, "") or key not in cls.model_fields}
        date = known.get("date")
        if "precision" in cls.model_fields and isinstance(date, str):
            # Of a text that is no date the precision does not matter: one problem is enough.
            known.setdefault("precision", PRECISIONS.get(len(date), "day"))
        return cls.ABSENT | known

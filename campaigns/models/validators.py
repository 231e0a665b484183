"""What a slug, a line of text, an address, a time zone and a language may be, wherever they come from."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

__all__ = [
    "RESERVED_SLUGS",
    "validate_aliases",
    "validate_campaign_slug",
    "validate_language",
    "validate_languages",
    "validate_line",
    "validate_slug",
    "validate_text",
    "validate_timezone",
    "validate_url",
]

#: First segments of the site's own addresses: a campaign with such a slug could not be reached.
RESERVED_SLUGS = frozenset(
    {
        *("about", "accounts", "admin", "api", "data", "embed", "embed.js", "favicon.ico", "feeds", "healthz"),
        *("i18n", "jsi18n", "media", "oembed", "preview", "readyz", "robots.txt", "search", "sitemap.xml", "static"),
        ".well-known",
    }
)

_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
# Characters that reorder or hide text: bidirectional controls and zero-width ones. Joiners (U+200C, U+200D) stay:
# Persian, Hindi and emoji need them.
_DECEPTIVE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def validate_slug(value: str) -> None:
    """Refuse what cannot stand in an address for years: lower-case ASCII letters, digits, single hyphens, no more."""
    if not _SLUG.fullmatch(value):
        raise ValidationError(
            _("“%(value)s” is not a slug: use lower-case letters a to z, digits and single hyphens."),
            code="slug",
            params={"value": value[:60]},
        )


def validate_campaign_slug(value: str) -> None:
    """Refuse a slug that is one of the site's own first address segments."""
    validate_slug(value)
    if value in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(value)s” is an address of the site itself: choose another slug, such as “%(value)s-campaign”."),
            code="reserved",
            params={"value": value},
        )


def validate_text(value: str) -> None:
    """Refuse control characters (NUL cannot be stored in PostgreSQL) and half surrogates; line breaks are fine."""
    if match := _CONTROL.search(value):
        raise ValidationError(
            _("The text has the control character U+%(code)04X at position %(at)d: remove it."),
            code="control",
            params={"code": ord(match.group()), "at": match.start() + 1},
        )


def validate_line(value: str) -> None:
    """Refuse, in names and titles, line breaks and characters that hide or reorder others."""
    validate_text(value)
    if match := re.search("[\n\r\t]", value) or _DECEPTIVE.search(value):
        raise ValidationError(
            _("The line has the invisible character U+%(code)04X at position %(at)d: remove it."),
            code="invisible",
            params={"code": ord(match.group()), "at": match.start() + 1},
        )


def validate_aliases(value: object) -> None:
    """Refuse anything but a list of distinct, non-empty lines."""
    if not isinstance(value, list) or not all(isinstance(name, str) and name.strip() for name in value):
        raise ValidationError(_("Write the aliases as a list of names."), code="aliases")
    for name in value:
        validate_line(name)
    if repeated := sorted({name for name in value if value.count(name) > 1}):
        raise ValidationError(
            ngettext("The alias “%(names)s” stands twice.", "The aliases “%(names)s” stand twice.", len(repeated)),
            code="repeated",
            params={"names": "”, “".join(repeated)},
        )


def validate_url(value: str) -> None:
    """Refuse every address that is not a plain http(s) one or that could mislead a reader about where it leads."""

    def refuse(why: str) -> ValidationError:
        return ValidationError(
            _("“%(value)s” cannot be used as an address: %(why)s"), code="url", params={"value": value[:80], "why": why}
        )

    if re.search(r"[\s\\<>\"`{}|^]", value) or _CONTROL.search(value) or _DECEPTIVE.search(value):
        raise refuse(_("it has a space or a character that no address has."))
    try:
        parts = urlsplit(value)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise refuse(_("its host or port is malformed.")) from None
    if parts.scheme not in ("http", "https"):
        raise refuse(_("it must start with https:// or http://."))
    if "@" in parts.netloc:
        raise refuse(_("it carries a user name."))
    if "." not in host or host.startswith(".") or (port is not None and port == 0):
        raise refuse(_("it needs a host such as example.org."))


def validate_timezone(value: str) -> None:
    """Refuse what is not a name of the IANA time zone database."""
    if value not in available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone: write a name such as America/Chicago."),
            code="timezone",
            params={"value": value[:60]},
        )


def validate_language(value: str) -> None:
    """Refuse what is not formed like a BCP 47 language tag."""
    if not _LANGUAGE.fullmatch(value):
        raise ValidationError(
            _("“%(value)s” is not a language: write a tag such as en, es or pt-BR."),
            code="language",
            params={"value": value[:60]},
        )


def validate_languages(value: Iterable[str]) -> None:
    """Refuse anything but a list of language tags."""
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise ValidationError(_("Write the languages as a list of tags."), code="languages")
    for tag in value:
        validate_language(tag)
        if value.count(tag) > 1:
            raise ValidationError(_("The language “%(value)s” stands twice."), code="repeated", params={"value": tag})

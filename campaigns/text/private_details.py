"""What in a text looks like a private detail of a person: where they live, how to reach them, who is a child.

Patterns, no dictionary of people: they find what is written in a usual way, and only that (docs/decisions/0013). Every
pattern has an upper bound on what it can match, and looks for the detail only next to the word that gives it away, so
the time grows with the length of the text and nothing else.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

__all__ = ["Detail", "DetailKind", "private_details"]

WORDS = 200  #: no more letters of a detail are kept


class DetailKind(models.TextChoices):
    """What a detail seems to be."""

    PHONE = "phone", _lazy("a telephone number")
    EMAIL = "email", _lazy("an e-mail address")
    HOME = "home", _lazy("where somebody lives")
    PLATE = "plate", _lazy("the plate of a car")
    DOCUMENT = "document", _lazy("the number of a licence, passport or other identity document")
    BIRTH = "birth", _lazy("a date of birth")
    MINOR = "minor", _lazy("the name of a minor")


class Detail(NamedTuple):
    """What was found: its kind, and the words as they stand in the text."""

    kind: str
    words: str

    def refusal(self) -> str:
        """Return the sentence that refuses a text of ours that tells it."""
        return _("Readers will see this, and it seems to tell %(kind)s: “%(words)s”. Write it without.") % {
            "kind": DetailKind(self.kind).label,
            "words": self.words,
        }


def private_details(text: str) -> list[Detail]:
    """Return what a text seems to tell of somebody's private life, each detail once, in the order of the kinds."""
    read = _ADDRESS_OF_PAGE.sub(lambda found: " " * len(found[0]), text)
    found = [
        Detail(kind, " ".join(read[start:end].split())[:WORDS])
        for kind, finder in _FINDERS.items()
        for start, end in finder(read)
    ]
    return list(dict.fromkeys(found))


#: Where a source is to be found is nobody's private life, whatever digits it has.
_ADDRESS_OF_PAGE = re.compile(r"(?i)\b(?:https?://|www\.)\S++")

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|set|dic|f[ée]v|avr|mai|juin|juil|ao[uû]|d[ée]c"
    r"|m[äa]r|okt|dez|out)[a-zéûäç]{0,8}\.?"
)
_DATE = re.compile(
    r"(?i)(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º|\.)? (?:de |of )?{_MONTH}(?:,? (?:de |del |of )?\d{{4}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?)(?!\d)"
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d\W{0,3}){1,6}")

# Telephone numbers

_DIGITS = re.compile(r"(?<![\w$€£])(?<![\d][.,/:-])\+?\(?\d[\d ().\-/]{5,24}\d(?![\w%])(?![.,:]\d)")
_TELEPHONE = re.compile(
    r"(?i)\b(?:(?:tele|cell|i)?phones?|cell(?:ular)?|mobile|tel|fax|whats ?app|text (?:me|him|her|them)|ring|call"
    r"|dial|reach|number'?s?|line|tel[ée]fono|celular|m[óo]vil|ll[aá]m\w{1,6}|n[úu]mero de contacto|fijo|contacto"
    r"|telefone|t[ée]l[ée]phone|num[ée]ro|joignable|nummer|handy|telefon|rufen)\b"
)
#: What a number without spaces is where it is no telephone's.
_FILED = re.compile(
    r"(?i)(?:\bno|n[úu]m|nº|#|\bid|invoice|folio|file|case|report|docket|account|grant|item|badge)\W{0,3}$"
)
_WRITTEN_LIKE_ONE = re.compile(
    r"(?:\+|\(?00(?=[1-9]))[\d ().\-/]{8,22}"  # with the country
    r"|(?:1[ .-])?\(?[2-9]\d\d\)?[ .-]{1,2}[2-9]\d\d[ .-]\d{4}"  # North America
    r"|\(\d{2,4}\) ?\d{3,5}[ -]\d{4}"
    r"|0\d{1,4}(?:[ .-]\d{2,8}){1,5}"  # with the zero that leads out of a town
    r"|[6789]\d\d \d\d \d\d \d\d|[89]\d \d{3} \d\d \d\d"  # Spain
    r"|\d\d \d{4} \d{4}"  # Mexico
)
_TEN_DIGITS = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")
_LOCAL = re.compile(r"\d{3}-\d{4}|[\d ().\-/]{9,26}")


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for found in _DIGITS.finditer(text):
        start, end, words = found.start(), found.end(), found[0]
        count = sum(letter.isdigit() for letter in words)
        if not 7 <= count <= 15 or _DATE.fullmatch(words) or _YEARS.fullmatch(words):
            continue
        before = text[max(0, start - 40) : start]
        if count >= 9 and _WRITTEN_LIKE_ONE.fullmatch(words):
            yield start, end
            continue
        called = _LOCAL.fullmatch(words) and _TELEPHONE.search(_sentence(before))
        if (called or _TEN_DIGITS.fullmatch(words)) and not _FILED.search(before):
            yield start, end


# E-mail addresses

_AT = re.compile(r"(?<=\w)@(?=\w[\w-]{0,62}\.\w)")
_HOST = re.compile(r"@\w[\w-]{0,62}(?:\.[\w-]{1,63}){1,4}")
_SPELLED = re.compile(
    r"(?i)(?:[\[(] ?(?:at|arroba) ?[\])]| (?:at|arroba)) ?[\w-]{2,40} ?"
    r"(?:[\[(] ?(?:dot|punto) ?[\])]|\b(?:dot|punto)\b) ?[a-z]{2,10}\b"
    r"|[\[(] ?(?:at|arroba) ?[\])] ?[\w-]{2,40}\.[a-z]{2,10}\b"
)
_BEFORE_AT = re.compile(r"[\w.+'’-]{1,64} ?$")


def _emails(text: str) -> Iterator[tuple[int, int]]:
    for found in _AT.finditer(text):
        host = _HOST.match(text, found.start())
        if host is not None:
            yield _back(text, found.start()), host.end()
    for found in _SPELLED.finditer(text):
        yield _back(text, found.start()), found.end()


def _back(text: str, end: int) -> int:
    """Return where what stands before the sign “at” begins."""
    name = _BEFORE_AT.search(text, max(0, end - 64), end)
    return name.start() if name else end


# Where somebody lives

_WORD = r"[\w.'’ªº-]{1,24}"
_STREET = (
    r"(?:st|street|ave?|avenue|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|terrace|terr?|place|pl|way|parkway|pkwy"
    r"|circle|cir|trail|close|crescent|square|sq|row|mews|gardens|grove|highway|hwy|alley|walk|trafficway|apt|apartment)"
)
_ROAD = (
    r"(?:calles?|avenida|av|avda|paseo|plaza|privada|carrera|cra|calzada|bulevar|blvd|camino|callej[óo]n|cerrada|c/"
    r"|traves[íi]a|ronda|rua|travessa|alameda)"
)
_STREETS = re.compile(
    rf"(?i)(?<![\w.,$-])\d{{1,5}}[a-z]?,? (?:{_WORD} ){{1,4}}?{_STREET}\b(?:,? (?:apt|unit|#)\.? ?\w{{1,5}})?"
    rf"|\b(?=[acprtbACPRTB]){_ROAD}\.? (?:{_WORD},? ){{0,6}}?(?:n[úu]m\.? ?|# ?)?\d{{1,5}}\b(?![%.,]\d)"
    rf"|\bn[úu]mero \d{{1,5}} de (?:la |el )?{_ROAD}\b(?: {_WORD}){{1,3}}"
    rf"|(?<!\d)\d{{1,4}},? (?:bis,? )?(?:rue|avenue|boulevard|place|chemin|all[ée]e|impasse|quai)\b(?: {_WORD}){{1,4}}"
    r"|\b[\w-]{2,24}(?:stra(?:ß|ss)e|weg|platz|gasse|allee) \d{1,4}\b"
)
_LIVES = re.compile(
    r"(?i)\b(?:liv(?:es?|ed|ing)|resid(?:es?|ed|ing|ence|ential)|sleeps|evicted|occupies|viv(?:e|en|[íi]an?)|vivienda"
    r"|resid(?:e|en|[íi]a|encia)|domicili(?:o|ad[oa])|mud[óo]|habita|vecin[oa] de|direcci[óo]n (?:particular|de su)"
    r"|habite|vit au|demeure|domicile|logement|wohn(?:t|haft|ung)|mora)\b"
    r"|\b(?:home address|moved (?:in)?to)\b|(?-i:\b[Hh]ome\b(?! page)|\bhouse\b|\b[Aa]partment\b)"
    r"|['’]s place\b|\(home\)|\b(?:su|mi) casa\b|, of $"
)
_LIVED_IN = re.compile(
    r"(?i)\b(?:where (?:he|she|they|the \w{1,20}) (?:lives?|sleeps?)|(?:is|was) (?:his|her|their) home|donde vive)"
)


def _homes(text: str) -> Iterator[tuple[int, int]]:
    for found in _STREETS.finditer(text):
        start, end = found.span()
        before = _sentence(text[max(0, start - 80) : start])
        if _LIVES.search(before) or _LIVED_IN.search(text[end : end + 40]):
            yield start, end


_END = re.compile(r"\w{4}[.!?]['\"”’»]?\s{1,4}(?=[\"“«¿¡]?[^\W\d_])")


def _sentence(before: str) -> str:
    """Return the last sentence of what stands before a detail; a short word with a point is an abbreviation."""
    return before[max((end.end() for end in _END.finditer(before)), default=0) :]


# Numbers of cars and papers

_CAR = re.compile(
    r"(?i)\b(?:plates?|tag|reg|registration|matr[íi]cula|placas?|patente|kennzeichen|immatriculation)\b(?! readers?)"
)
_PLATE = re.compile(r"(?<![\w-])[A-Z0-9]{1,4}(?:[ -][A-Z0-9]{1,4}){0,3}(?![\w-])")
_PAPER = re.compile(
    r"(?i)\b(?:driver['’]?s?['’]? licen[sc]e|driving licen[sc]e|DL|licencia de (?:conducir|manejo)"
    r"|carn[ée]t? de conducir|social security|SSN"
    r"|segur(?:o|idad) social|NSS|passport|pasaporte|passeport|reisepass"
    r"|national insurance|DNI|NIE|NIF|CURP|RFC|clave de elector|INE|c[ée]dula(?: de (?:ciudadan[íi]a|identidad))?"
    r"|personalausweis|CPF|aadhaar|(?:state|national) ID|ID (?:card|number|no))\b"
)
_NUMBER = re.compile(
    r"(?:[\s:#,()a-zº°áéíóúü]|(?<=[A-Za-z]{2})\.){0,20}(?:[Nn](?:o|r|º|°|[úu]m(?:ero)?|umber)\.? ?)?"
    r"(?<![\w$])[A-Z0-9][A-Z0-9 .\-]{4,24}[A-Z0-9](?!\w)"
)
_BY_SHAPE = re.compile(r"(?<![\w-])(?:\d{3}-\d\d-\d{4}|[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d)(?![\w-])")


def _plates(text: str) -> Iterator[tuple[int, int]]:
    for found in _CAR.finditer(text):
        for plate in _PLATE.finditer(text, found.end(), found.end() + 30):
            letters = sum(letter.isalpha() for letter in plate[0])
            digits = sum(letter.isdigit() for letter in plate[0])
            if letters and digits >= 2 and 5 <= letters + digits <= 8:
                yield found.start(), plate.end()
                break


def _papers(text: str) -> Iterator[tuple[int, int]]:
    yield from (found.span() for found in _BY_SHAPE.finditer(text))
    for found in _PAPER.finditer(text):
        number = _NUMBER.match(text, found.end(), found.end() + 50)
        if number and sum(letter.isdigit() for letter in number[0]) >= 6 and not _DATE.search(number[0]):
            yield found.start(), number.end()


# When somebody was born

_BORN = re.compile(
    r"(?i)(?:\b(?:date of birth|d\.? ?o\.? ?b\b|birth ?dates?|birthday|born|fecha de nac\w{0,8}|f\. de nac\w{0,8}"
    r"|naci[óo]|nacid[oa]|née?|geboren|geburtsdatum|geb|data de nascimento|nascid[oa]|cumple años"
    r"|date de naissance)\b|\(b\.)"
)


def _births(text: str) -> Iterator[tuple[int, int]]:
    for found in _BORN.finditer(text):
        if day := _DATE.search(text, found.end(), found.end() + 40):
            yield found.start(), day.end()


# Names of minors

_AGE = (
    r"(?:1[0-7]|[1-9]|(?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|diecis[ée]is"
    r"|diecisiete))"
)
#: Begins with a capital letter, in any alphabet that has them.
_CAPITAL = r"(?=[^\W\d_a-zß-öø-ÿ])[^\W\d_][\w'’-]{1,20}"
_NAME = rf"(?P<name>{_CAPITAL}(?: {_CAPITAL}){{0,2}})"
_CHILD = (
    r"(?:boy|girl|son|daughter|child|kid|student|teen(?:ager)?|brother|sister|niece|nephew|grandson|granddaughter|freshman"
    r"|sophomore|junior|victim|niñ[oa]|hij[oa]|joven|chic[oa]|adolescente|alumn[oa]|menor|muchach[oa]|niet[oa])"
)
_YEARS_OLD = r"(?:[- ]years?[- ]old|[- ]years of age|[- ]yrs?[- ]old)"
_MINORS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w.,-]){_AGE}{_YEARS_OLD},?(?: {_CHILD})?,?(?: (?:named|called))? {_NAME}",
        rf"\b{_NAME},? (?:who (?:is|was) |is |was |(?:only|just) |an? )?{_AGE}{_YEARS_OLD}\b",
        rf"\b{_NAME},? (?:aged?|at age) {_AGE}\b(?=[,.;)]|$| (?:and|who|was|is|saw|goes)\b)",
        rf"\b{_NAME}(?:,? (?:que tiene|tiene|de|con)|,|) \(?{_AGE} (?:años|anos|ans|Jahre)\b",
        rf"\b{_NAME}, {_AGE}(?=,|\.$| and\b)",
        rf"\b{_NAME} \({_AGE}\)",
        rf"\b{_CHILD} (?:of|de) {_AGE}(?: años| anos)?,? {_NAME}",
        rf"\b(?:el|la|los|las|al|del) menor(?: de edad)?,? {_NAME}",
        rf"\b(?:the|a|this|that) (?:juvenile|minor(?: child)?),? {_NAME}",
    )
)
_KIN = re.compile(rf"\b(?:{_CHILD}|children|kids|sohn|tochter|bruder|schwester)\b|niños|hijos", re.IGNORECASE)
#: Words with a capital letter that are no part of somebody's name.
_CAPITALIZED = """
    a absent abstentions academy against agency alcaldía amendment an and april article artículo association at
    august avenida avenue aye ayes ayuntamiento barrio board bureau by cabildo calle center centre channel chapter
    church city coalition colegio comisión commission committee company congreso congress council county court de
    december demand department district division el en escuela february figure for foundation friday fund gobierno
    house in institute is item january july june la las league ley los march may mayor monday nation nay nays nein
    network no noes non nope november october of office on order ordinance organization page park part partido phase
    place plaza point police policy policía program project question resolution road saturday school section senate
    september si so state states street sunday sí table the thursday today total tuesday union university votes was
    wednesday yes
"""
_NO_NAME = frozenset(_CAPITALIZED.split())


def _minors(text: str) -> Iterator[tuple[int, int]]:
    for found in (found for pattern in _MINORS for found in pattern.finditer(text)):
        words = found["name"].casefold().split()
        alone = len(words) == 1 and (found[0].endswith(")") or "tiene" in found[0])
        told = not alone or _KIN.search(text, max(0, found.start() - 60), found.start())
        if told and _NO_NAME.isdisjoint(words):
            yield found.span()


#: How the details of each kind are found.
_FINDERS = {
    DetailKind.PHONE: _phones,
    DetailKind.EMAIL: _emails,
    DetailKind.HOME: _homes,
    DetailKind.PLATE: _plates,
    DetailKind.DOCUMENT: _papers,
    DetailKind.BIRTH: _births,
    DetailKind.MINOR: _minors,
}

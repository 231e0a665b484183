"""Every kind of bad file: which problem, in which line, and what was expected. Nothing is written, whatever it is."""

import io
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from campaigns import schemas
from campaigns.campaign_file import BadFile, import_campaign, read
from campaigns.campaign_file.reading.parsing import MOST_BYTES, parse
from campaigns.campaign_file.reading.schema_paths import _shapes
from campaigns.models import Campaign

pytestmark = pytest.mark.django_db

GOOD = (Path(__file__).parent.parent / "data" / "well.yaml").read_text(encoding="utf-8")


def told(text: str | bytes, **switches: Any) -> list[str]:
    """Import and return the problems as “line: path: message (expected …)”."""
    with pytest.raises(BadFile) as caught:
        import_campaign(io.BytesIO(text.encode() if isinstance(text, str) else text), **switches)
    assert not Campaign.objects.exists()
    return [f"{problem.line}: {problem}" for problem in caught.value.problems]


def instead(old: str, new: str) -> str:
    """Return the good file with one thing in place of another, which it has once."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_the_good_file_is_good():
    assert import_campaign(io.BytesIO(GOOD.encode()), publish=False).changed


SLUG = "a slug: a to z, 0 to 9 and single hyphens, such as open-letter-2021"
DATE = "a date such as 2021-04-22, 2021-04 or 2021"
STATEMENT = "statements[2] answer"

BAD = {
    "an unknown key names the nearest known one": (
        ("  addressed_to:", "  adressed_to:"),
        "18: demands[1] dig › adressed_to: the key “adressed_to” is unknown (expected “addressed_to”)",
    ),
    "an unknown key near no other names them all": (
        ("    effect: advances", "    effect: advances\n    zzz: 1"),
        "46: events[1] flood › affects[1] › zzz: the key “zzz” is unknown (expected one of demand, effect, note)",
    ),
    "an unknown section is an unknown key": (
        ("events:", "event:"),
        "39: event: the key “event” is unknown (expected “events”)",
    ),
    "an unknown key without a value is one too": (
        ("  title: A flood", "  title: A flood\n  tilte:"),
        "43: events[1] flood › tilte: the key “tilte” is unknown (expected “title”)",
    ),
    "a missing key": (
        ("  title: A flood\n", ""),
        "40: events[1] flood › title: the key “title” is missing (expected a name)",
    ),
    "an empty text is a missing key": (
        ("  title: A flood", "  title: ''"),
        "42: events[1] flood › title: the key “title” is missing (expected a name)",
    ),
    "a name of spaces": (
        ("  title: A flood", "  title: '  '"),
        "42: events[1] flood › title: There is nothing but spaces (expected a name)",
    ),
    "a list where a text belongs": (
        ("  title: A flood", "  title: [A, flood]"),
        "42: events[1] flood › title: a list stands here (expected a name)",
    ),
    "a text where a list belongs": (
        ("  addressed_to:\n  - ada", "  addressed_to: ada"),
        "18: demands[1] dig › addressed_to: “ada” cannot stand here (expected a list (each item the slug of an actor))",
    ),
    "a text where a mapping belongs": (
        ("  - demand: dig\n    effect: advances", "  - dig"),
        (
            "44: events[1] flood › affects[1]: “dig” cannot stand here "
            "(expected a mapping with the keys demand, effect, note)"
        ),
    ),
    "nothing where a mapping belongs": (
        ("  - demand: dig\n    effect: advances", "  -"),
        "44: events[1] flood › affects[1]: nothing stands here (expected a mapping with the keys demand, effect, note)",
    ),
    "a slug with a capital letter": (
        ("- slug: flood", "- slug: Flood"),
        f"40: events[1] Flood › slug: “Flood” is not a slug (expected {SLUG})",
    ),
    "the slug of one of the site's own addresses": (
        ("  slug: well", "  slug: admin"),
        (
            "2: campaign › slug: “admin” is an address of the site itself "
            f"(expected {SLUG}, which is not one of the site's own addresses)"
        ),
    ),
    "a time zone that is none": (
        ("timezone: UTC", "timezone: Mars/Base"),
        "4: campaign › timezone: “Mars/Base” is not a time zone (expected a time zone such as America/Chicago)",
    ),
    "a language that is none": (
        ("timezone: UTC", "language: English"),
        "4: campaign › language: “English” is not a language (expected a language tag such as en, es or pt-BR)",
    ),
    "an unknown kind": (
        ("kind: open_letter", "kind: letter"),
        (
            "25: statements[1] letter › kind: there is no kind “letter” (expected one of open_letter, press_statement, "
            "interview, speech, social_post, report, vote, meeting, other)"
        ),
    ),
    "an unknown kind of organization": (
        ("kind: government", "kind: goverment"),
        (
            "8: organizations[1] town › kind: there is no kind “goverment” "
            "(expected one of coalition_member, government, media, other)"
        ),
    ),
    "an unknown stance": (
        ("stance: rejects", "stance: agrees"),
        (
            "36: statements[2] answer › responds_to[1] › stance: there is no stance “agrees” (expected one of accepts, "
            "promises, acts, partial, acknowledges, deflects, rejects, supports, opposes, no_position)"
        ),
    ),
    "an unknown effect": (
        ("effect: advances", "effect: helps"),
        (
            "45: events[1] flood › affects[1] › effect: there is no effect “helps” "
            "(expected one of advances, sets_back, ends)"
        ),
    ),
    "an unknown status": (
        ("  raised:", "  outcomes:\n  - {status: finished, date: '2021', reason: So.}\n  raised:"),
        (
            "21: demands[1] dig › outcomes[1] › status: there is no status “finished” (expected one of not_started, "
            "proposed, under_way, partly_done, done, blocked, reversed, overtaken, withdrawn, cannot_be_checked)"
        ),
    ),
    "an unknown state": (
        ("  title: A flood", "  title: A flood\n  state: public"),
        (
            "43: events[1] flood › state: there is no state “public” (expected one of draft, in_review, "
            "published, withdrawn)"
        ),
    ),
    "an unknown precision": (
        ('  date: "2022"', '  date: "2022"\n  precision: circa'),
        "42: events[1] flood › precision: there is no precision “circa” (expected one of day, month, year)",
    ),
    "a day that is not in the calendar": (
        ('"2021-04-22"', "2021-02-30"),
        f"24: statements[1] letter › date: “2021-02-30” is not in the calendar (expected {DATE})",
    ),
    "words for a date": (
        ('"2021-04-22"', "April 2021"),
        f"24: statements[1] letter › date: “April 2021” is not a date (expected {DATE})",
    ),
    "a moment for a date": (
        ('"2021-04-22"', "2021-04-22T10:00:00"),
        f"24: statements[1] letter › date: “2021-04-22T10:00:00” is not a date (expected {DATE})",
    ),
    "a year before 1000": (
        ('"2021-04-22"', "0999"),
        f"24: statements[1] letter › date: “0999” lies before the year 1000 (expected {DATE})",
    ),
    "a year after 9999": (
        ('"2021-04-22"', "10000"),
        f"24: statements[1] letter › date: “10000” is not a date (expected {DATE})",
    ),
    "digits of another script": (
        ('"2021-04-22"', "٢٠٢١"),
        f"24: statements[1] letter › date: “٢٠٢١” is not a date (expected {DATE})",
    ),
    "a precision finer than the date": (
        ('"2021-05"', '"2021-05"\n  precision: day'),
        (
            f"32: {STATEMENT} › precision: the date “2021-05” is a month, the precision says day "
            "(expected month, or a date such as 2021-04-22)"
        ),
    ),
    "a precision vaguer than the date": (
        ('"2021-04-22"', '"2021-04-22"\n  precision: year'),
        (
            "25: statements[1] letter › precision: the date “2021-04-22” is a day, the precision says year "
            "(expected day, or a date such as 2021)"
        ),
    ),
    "a precision that does not fit a nested date": (
        ("timezone: UTC", "started: {date: 2020-06, precision: year}"),
        (
            "4: campaign › started › precision: the date “2020-06” is a month, the precision says year "
            "(expected month, or a date such as 2021)"
        ),
    ),
    "a month where a day belongs": (
        ("  url: https://example.org/1", "  url: https://example.org/1\n  accessed: 2021-04"),
        "49: sources[1] paper › accessed: “2021-04” is not a day (expected a day such as 2021-04-22)",
    ),
    "an end before its start": (
        ('"2021-05"', '"2021-05"\n  end: {date: "2021-04-30"}'),
        (
            f"32: {STATEMENT} › end: the end, 2021-04-30, lies before the start, 2021-05 "
            "(expected an end that is not before the start)"
        ),
    ),
    "a role that ends before it starts": (
        ("    organization: town", "    organization: town\n    start: {date: 2020}\n    end: {date: 2019-12}"),
        (
            "16: people[1] ada › roles[1] › end: the end, 2019-12, lies before the start, 2020 "
            "(expected an end that is not before the start)"
        ),
    ),
    "a moment that is none": (
        ("timezone: UTC", "recorded: yesterday"),
        "4: campaign › recorded: “yesterday” is not a moment (expected a moment such as 2026-11-23T18:00:00Z)",
    ),
    "a moment without a time zone": (
        ("timezone: UTC", "recorded: 2021-01-01T00:00:00"),
        (
            "4: campaign › recorded: “2021-01-01T00:00:00” has no time zone (expected a moment such as "
            "2026-11-23T18:00:00Z)"
        ),
    ),
    "a slug of nothing, with the nearest": (
        ("  - demand: dig\n    stance", "  - demand: digg\n    stance"),
        (
            f"35: {STATEMENT} › responds_to[1] › demand: there is no demand “digg” in the file "
            "(expected the slug of a demand, such as “dig”)"
        ),
    ),
    "a slug of nothing, with none near": (
        ("  speaker: ada", "  speaker: somebody"),
        f"32: {STATEMENT} › speaker: there is no actor “somebody” in the file (expected the slug of an actor)",
    ),
    "a source that is not there": (
        ("  summary: A letter.\n  sources:\n  - paper", "  summary: A letter.\n  sources:\n  - papers"),
        (
            "29: statements[1] letter › sources[1]: there is no source “papers” in the file "
            "(expected the slug of a source, such as “paper”)"
        ),
    ),
    "an organization where a statement is needed": (
        ("  summary: No.", "  summary: No.\n  replies_to: [town]"),
        (
            f"34: {STATEMENT} › replies_to[1]: “town” is an organization, not a statement "
            "(expected the slug of a statement)"
        ),
    ),
    "a person where an organization is needed": (
        ("    organization: town", "    organization: ada"),
        (
            "14: people[1] ada › roles[1] › organization: “ada” is a person, not an organization "
            "(expected the slug of an organization)"
        ),
    ),
    "a slug that stands twice": (
        ("- slug: answer", "- slug: letter"),
        (
            "30: statements[2] letter › slug: the slug “letter” stands twice; it is a statement’s in line 23 "
            "(expected each slug once)"
        ),
    ),
    "a person with an organization's slug": (
        ("- slug: ada", "- slug: town"),
        None,
    ),
    "an item that stands twice in a list": (
        ("  - ada\n  raised", "  - ada\n  - town\n  - ada\n  raised"),
        "21: demands[1] dig › addressed_to[3]: “ada” stands twice; it is item 1 too (expected each once)",
    ),
    "a source that stands twice in two forms": (
        ("  summary: No.", "  summary: No.\n  sources: [paper, {source: paper, place: p. 2}]\n  note: x"),
        None,
    ),
    "an alias that stands twice": (
        ("  name: Ada", "  name: Ada\n  aliases: [A., A.]"),
        "12: people[1] ada › aliases[2]: “A.” stands twice; it is item 1 too (expected each once)",
    ),
    "a demand that one statement answers twice": (
        ("    stance: rejects", "    stance: rejects\n  - demand: dig\n    stance: accepts"),
        f"37: {STATEMENT} › responds_to[2]: “dig” stands twice; it is item 1 too (expected each once)",
    ),
    "a statement that raises a demand twice": (
        ("  - statement: letter", "  - statement: letter\n  - statement: letter"),
        "22: demands[1] dig › raised[2]: “letter” stands twice; it is item 1 too (expected each once)",
    ),
    "a demand raised twice on one unsourced date": (
        ("  - statement: letter", "  - statement: letter\n  - date: '2019'\n  - date: '2019'"),
        "23: demands[1] dig › raised[3]: “2019” stands twice; it is item 2 too (expected each once)",
    ),
    "an anchor": (
        (
            "  raised:",
            "  outcomes:\n  - &x {status: done, date: '2021', reason: A.}\n  raised:",
        ),
        "21: the anchor &x stands here (expected no anchors: aliases are not read)",
    ),
    "the same outcome of the same day": (
        (
            "  raised:",
            (
                "  outcomes:\n  - {status: done, date: '2021', reason: A.}\n  - {status: done, date: '2021', reason: "
                "B.}\n  raised:"
            ),
        ),
        "22: demands[1] dig › outcomes[2]: “done, 2021” stands twice; it is item 1 too (expected each once)",
    ),
    "two looks for an answer on one day": (
        (
            "  raised:",
            "  checks:\n  - {addressee: ada, date: 2022-01-01}\n  - {addressee: ada, date: 2022-01-01}\n  raised:",
        ),
        "22: demands[1] dig › checks[2]: “ada, 2022-01-01” stands twice; it is item 1 too (expected each once)",
    ),
    "a report without a source": (
        ("  raised:", "  checks:\n  - {addressee: ada, date: 2022-01-01, found: no_response}\n  raised:"),
        (
            "21: demands[1] dig › checks[1] › found: “no_response” is a report and has no source "
            "(expected source: the slug of the source that reports it)"
        ),
    ),
    "a reporter without a source": (
        ("  - paper\n- slug: answer", "  - paper\n  checks:\n  - {date: 2022, reported_by: town}\n- slug: answer"),
        (
            "31: statements[1] letter › checks[1] › reported_by: “town” is a report and has no source "
            "(expected source: the slug of the source that reports it)"
        ),
    ),
    "a source and a list of sources": (
        ("  raised:", "  checks:\n  - {date: 2022, source: paper, sources: [paper]}\n  raised:"),
        (
            "21: demands[1] dig › checks[1] › sources: there is both a source and a list of sources "
            "(expected one of the two)"
        ),
    ),
    "an unknown find": (
        ("  raised:", "  checks:\n  - {date: 2022, found: silence}\n  raised:"),
        (
            "21: demands[1] dig › checks[1] › found: there is no found “silence” "
            "(expected one of nothing_found, no_response, declined, unreachable)"
        ),
    ),
    "a role that speaks for nobody": (
        ("    organization: town\n", "    speaks_for: true\n"),
        (
            "14: people[1] ada › roles[1] › speaks_for: there is no organization to speak for "
            "(expected an organization, or no speaks_for)"
        ),
    ),
    "a post that speaks for nobody": (
        ("demands:", "posts:\n- {slug: m1, name: Mayor, speaks_for: true}\ndemands:"),
        (
            "16: posts[1] m1 › speaks_for: there is no organization to speak for "
            "(expected an organization, or no speaks_for)"
        ),
    ),
    "an organization that ends before it begins": (
        ("  kind: government", "  kind: government\n  start: 2018-08-07\n  end: 2018-07"),
        (
            "10: organizations[1] town › end: the end, 2018-07, lies before the start, 2018-08-07 "
            "(expected an end that is not before the start)"
        ),
    ),
    "a date alone that is none": (
        ("    organization: town", "    organization: town\n    start: 2018-13"),
        (
            "15: people[1] ada › roles[1] › start › date: “2018-13” is not in the calendar "
            "(expected a date such as 2021-04-22, 2021-04 or 2021)"
        ),
    ),
    "a deadline before the letter": (
        ("  kind: open_letter", "  kind: open_letter\n  deadline: 2021-03"),
        (
            "26: statements[1] letter › deadline: the deadline, 2021-03, lies before the statement, 2021-04-22 "
            "(expected a deadline that does not)"
        ),
    ),
    "an effect on one demand twice": (
        ("    effect: advances", "    effect: advances\n  - {demand: dig, effect: ends}"),
        "46: events[1] flood › affects[2]: “dig” stands twice; it is item 1 too (expected each once)",
    ),
    "a role that stands twice": (
        ("    organization: town", "    organization: town\n  - {post: Mayor, organization: town}"),
        "15: people[1] ada › roles[2]: “Mayor, town” stands twice; it is item 1 too (expected each once)",
    ),
    "two posts of one name in one place": (
        (
            "demands:",
            (
                "posts:\n- {slug: m1, name: Mayor, organization: town}\n- {slug: m2, name: Mayor, organization: "
                "town}\ndemands:"
            ),
        ),
        "17: posts[2] m2 › name: the post “Mayor” of “town” is “m1” already (expected one post of that name there)",
    ),
    "an answer to a demand and to a letter": (
        ("    stance: rejects", "    stance: rejects\n    letter: letter"),
        f"35: {STATEMENT} › responds_to[1]: there is both a demand and a letter (expected one of the two)",
    ),
    "an answer to nothing": (
        ("  - demand: dig\n    stance: rejects", "  - stance: rejects"),
        f"35: {STATEMENT} › responds_to[1]: there is neither a demand nor a letter (expected one of the two)",
    ),
    "an answer to a letter that raises no demand": (
        ("  - demand: dig\n    stance: rejects", "  - letter: answer\n    stance: rejects"),
        None,
    ),
    "a reply to itself": (
        ("  summary: No.", "  summary: No.\n  replies_to: [answer]"),
        f"34: {STATEMENT} › replies_to[1]: the statement replies to itself (expected another statement)",
    ),
    "a role in nothing": (
        ("  - post: Mayor\n    organization: town", "  - note: x"),
        "13: people[1] ada › roles[1]: the role has neither a post nor an organization (expected one of them, or both)",
    ),
    "an organization that is its own member": (
        ("  kind: government", "  kind: government\n  members: [town]"),
        "9: organizations[1] town › members[1]: “town” is a member of itself (expected another organization)",
    ),
    "a statement that nobody made": (
        ("  speaker: ada\n", ""),
        f"30: {STATEMENT}: nobody said it (expected a speaker, or speaker_label: how the source names an unnamed one)",
    ),
    "a translation of nothing": (
        ("  summary: No.", "  summary: No.\n  translation: Nein."),
        f"34: {STATEMENT} › translation: there is a translation and no quote (expected the quote that it translates)",
    ),
    "an occasion without a date": (
        ("  - statement: letter", "  - note: once"),
        (
            "21: demands[1] dig › raised[1]: there is neither a statement nor a date "
            "(expected a statement, or the date where none is known)"
        ),
    ),
    "an occasion on another date than its statement": (
        ("  - statement: letter", "  - {statement: letter, date: '2022'}"),
        (
            "21: demands[1] dig › raised[1] › date: the date 2022 is not that of “letter”, 2021-04-22 "
            "(expected a date that the statement's date can mean, or none)"
        ),
    ),
    "a precision without a date": (
        ("  - statement: letter", "  - {statement: letter, precision: day}"),
        "21: demands[1] dig › raised[1] › precision: there is a precision without a date (expected a date, or neither)",
    ),
    "a dispute about nothing": (
        ("  summary: No.", "  summary: No.\n  disputed: [{what: the day, values: []}]"),
        f"34: {STATEMENT} › disputed[1] › values: the list is empty (expected what each source says)",
    ),
    "a disputed value that nobody says": (
        ("  summary: No.", "  summary: No.\n  disputed: [{what: the day, values: [{value: Monday, sources: []}]}]"),
        f"34: {STATEMENT} › disputed[1] › values[1] › sources: the list is empty (expected the source that says so)",
    ),
    "a demand that is part of itself": (
        ("  title: Dig a well", "  title: Dig a well\n  part_of: dig"),
        "18: demands[1] dig › part_of: it leads back to itself: dig → dig (expected no circle)",
    ),
    "two organizations that are each other's parent": (
        (
            "  kind: government",
            "  kind: government\n  parent: state\n- {slug: state, name: S, kind: government, parent: town}",
        ),
        "9: organizations[1] town › parent: it leads back to itself: town → state → town (expected no circle)",
    ),
    "a script for an address": (
        ("https://example.org/1", "javascript:alert(1)"),
        (
            "48: sources[1] paper › url: “javascript:alert(1)” cannot be used as an address: it must start with "
            "https:// or "
            "http:// (expected an address such as https://example.org/page)"
        ),
    ),
    "an address that misleads": (
        ("https://example.org/1", "https://example.org\\@evil.example"),
        (
            "48: sources[1] paper › url: “https://example.org\\@evil.example” cannot be used as an address: it "
            "has a space "
            "or a character that no address has (expected an address such as https://example.org/page)"
        ),
    ),
    "a control character in a text": (
        ("  summary: No.", '  summary: "No\\0."'),
        (
            f"33: {STATEMENT} › summary: The text has the control character U+0000 at position 3 "
            "(expected text without control characters)"
        ),
    ),
    "an invisible character in a name": (
        ("  name: Ada", '  name: "A\\u200bda"'),
        (
            "11: people[1] ada › name: The line has the invisible character U+200B at position 2 "
            "(expected one line of text without invisible characters)"
        ),
    ),
    "a name of two lines": (
        ("  name: Ada", '  name: "A\\nda"'),
        (
            "11: people[1] ada › name: The line has the invisible character U+000A at position 2 "
            "(expected one line of text without invisible characters)"
        ),
    ),
    "a name longer than its column": (
        ("  name: Ada", f"  name: {'A' * 301}"),
        "11: people[1] ada › name: the text has 301 characters (expected at most 300)",
    ),
    "a truth value that is none": (
        ("  summary: No.", "  summary: No.\n  signatories_incomplete: perhaps"),
        f"34: {STATEMENT} › signatories_incomplete: “perhaps” cannot stand here (expected one of true, false)",
    ),
    "a place in the order that is none": (
        ("  summary: No.", "  summary: No.\n  order: first"),
        f"34: {STATEMENT} › order: “first” cannot stand here (expected a whole number from 0 to 32767)",
    ),
    "a place in the order that is too far": (
        ("  summary: No.", "  summary: No.\n  order: 32768"),
        f"34: {STATEMENT} › order: “32768” cannot stand here (expected a whole number from 0 to 32767)",
    ),
    "a withdrawal without a reason": (
        ("  title: A flood", "  title: A flood\n  state: withdrawn"),
        (
            "43: events[1] flood › state: it is withdrawn without a reason "
            "(expected withdrawal_reason, which readers will see)"
        ),
    ),
    "a reason without a withdrawal": (
        ("  title: A flood", "  title: A flood\n  withdrawal_reason: Wrong."),
        "43: events[1] flood › withdrawal_reason: there is a reason and no withdrawal (expected state: withdrawn)",
    ),
    "a published event without a source": (
        ("  title: A flood", "  title: A flood\n  state: published"),
        "40: events[1] flood: the event is published without a source (expected sources: with one slug at least)",
    ),
    "a published demand without an occasion and a source": (
        ("  addressed_to:\n  - ada\n  raised:\n  - statement: letter", "  state: published"),
        None,
    ),
    "a published answer to a draft": (
        ("  - demand: dig\n    stance: rejects", "  - {demand: dig, stance: rejects}\n  state: published"),
        None,
    ),
    "a published outcome without a source, of a draft": (
        ("  raised:", "  outcomes:\n  - {status: done, date: '2021', reason: A., state: published}\n  raised:"),
        None,
    ),
    "a published source that cannot be found": (
        ("  url: https://example.org/1", "  publisher: P\n  state: published"),
        "47: sources[1] paper: the source is published and cannot be found (expected a url or a title)",
    ),
    "a published statement that says nothing": (
        ("  summary: A letter.", "  state: published"),
        None,
    ),
    "a published statement that names a draft": (
        ("  summary: A letter.", "  summary: A letter.\n  state: published"),
        None,
    ),
    "a key that stands twice": (
        ("  name: Ada", "  name: Ada\n  name: Ida"),
        "12: the key “name” stands twice; first in line 11 (expected each key once)",
    ),
    "a tag": (
        ("  name: Ada", "  name: !!python/object/apply:os.system [id]"),
        None,
    ),
    "a list as a key": (
        ("  name: Ada", "  ? [a, b]\n  : Ada"),
        "11: a list or a mapping stands as a key (expected a word)",
    ),
    "a second document": (
        ("  name: Ada", "  name: Ada\n---\na: b"),
        "12: a second document begins here (expected one campaign)",
    ),
    "a tab before a key": (
        ("  name: Ada", "\tname: Ada"),
        (
            "11: this is not YAML: while scanning a plain scalar, found a tab character that violates indentation "
            "(expected YAML)"
        ),
    ),
    "a raw control character": (
        ("  name: Ada", "  name: A\x07da"),
        "11: the control character U+0007 stands here (expected text without control characters)",
    ),
}
SEVERAL = {
    "a person with an organization's slug": [
        (
            "10: people[1] town › slug: the slug “town” stands twice; it is an organization’s in line 6 "
            "(expected another slug)"
        ),
        "19: demands[1] dig › addressed_to[1]: there is no actor “ada” in the file (expected the slug of an actor)",
        "32: statements[2] answer › speaker: there is no actor “ada” in the file (expected the slug of an actor)",
    ],
    "a source that stands twice in two forms": [
        "34: statements[2] answer › sources[2]: “paper” stands twice; it is item 1 too (expected each once)",
        "39: the key “sources” stands twice; first in line 34 (expected each key once)",
    ],
    "an answer to a letter that raises no demand": [
        "35: statements[2] answer › responds_to[1] › letter: the statement answers itself (expected another statement)",
        (
            "35: statements[2] answer › responds_to[1] › letter: “answer” raises no demand "
            "(expected a statement that a demand names under raised)"
        ),
    ],
    "a published demand without an occasion and a source": [
        (
            "16: demands[1] dig: the demand is published without an occasion on which it was raised, and without a "
            "source (expected raised: or sources:, with one item at least)"
        ),
    ],
    "a published answer to a draft": [
        (
            "32: statements[2] answer › speaker: the statement is published and names “ada”, which is a draft "
            "(expected an actor that is published)"
        ),
        (
            "35: statements[2] answer › responds_to[1] › demand: the statement is published and answers “dig”, which "
            "is a draft (expected a demand that is published)"
        ),
        (
            "38: statements[2] answer › sources[1]: the statement is published and names “paper”, which is a draft "
            "(expected a source that is published)"
        ),
    ],
    "a published outcome without a source, of a draft": [
        (
            "21: demands[1] dig › outcomes[1]: the outcome is published and its demand is a draft (expected a "
            "published demand)"
        ),
        (
            "21: demands[1] dig › outcomes[1]: the outcome is published without a source "
            "(expected sources: with one slug at least)"
        ),
    ],
    "a published statement that says nothing": [
        "23: statements[1] letter: the statement is published and says nothing (expected a summary or a quote)",
        (
            "26: statements[1] letter › speaker: the statement is published and names “town”, which is a draft "
            "(expected an actor that is published)"
        ),
        (
            "29: statements[1] letter › sources[1]: the statement is published and names “paper”, which is a draft "
            "(expected a source that is published)"
        ),
    ],
    "a published statement that names a draft": [
        (
            "26: statements[1] letter › speaker: the statement is published and names “town”, which is a draft "
            "(expected an actor that is published)"
        ),
        (
            "30: statements[1] letter › sources[1]: the statement is published and names “paper”, which is a draft "
            "(expected a source that is published)"
        ),
    ],
    "a tag": [
        (
            "11: the tag tag:yaml.org,2002:python/object/apply:os.system stands here (expected no tags: every "
            "value is a text)"
        ),
        "11: people[1] ada › name: a list stands here (expected a name)",
    ],
}


@pytest.mark.parametrize("what", BAD)
def test_the_problem_is_told_with_its_line_and_what_was_expected(what):
    (old, new), expected = BAD[what]
    assert told(instead(old, new)) == (SEVERAL[what] if expected is None else [expected])


def test_all_problems_are_told_at_once_in_the_order_of_their_lines():
    text = GOOD
    for old, new in (
        ("  name: A new well", "  nane: A new well"),
        ("kind: government", "kind: city"),
        ("  - ada\n  raised", "  - adda\n  raised"),
        ('"2021-04-22"', '"2021-04-31"'),
        ("stance: rejects", "stance: refuses"),
        ("https://example.org/1", "ftp://example.org/1"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    assert [line.split(":")[0] for line in told(text)] == ["1", "3", "8", "19", "24", "36", "48"]


def test_the_same_file_as_json_has_the_same_problems():
    data = {
        "campaign": {"slug": "well", "name": "A new well"},
        "statements": [{"slug": "s", "date": 2021, "speaker": "nobody", "order": 1.5, "note": None}],
    }
    assert told(json.dumps(data, indent=1)) == [
        "10: statements[1] s › speaker: there is no actor “nobody” in the file (expected the slug of an actor)",
        "11: statements[1] s › order: “1.5” cannot stand here (expected a whole number from 0 to 32767)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{"campaign": {"slug": "a",\n "slug": "b"}}',
            "2: the key “slug” stands twice; first in line 1 (expected each key once)",
        ),
        ('{"campaign":\n {"slug": NaN}}', "0: NaN is not JSON (expected a text in quotes)"),
        ('{"campaign":\n {"slug": 1,}}', "2: this is not JSON: "),
        ('{"campaign": "\n"}', "1: this is not JSON: Invalid control character at (expected JSON)"),
    ],
)
def test_json_is_read_as_strictly(text, expected):
    assert [problem for problem in told(text) if problem.startswith(expected)]


def test_half_a_surrogate_pair_is_refused():
    text = '{"campaign":\n {"slug": "a",\n "name": "\\ud800",\n "\\udfff": 1}}'
    assert told(text)[:2] == [
        "3: half of a surrogate pair stands here (expected a whole character)",
        "4: half of a surrogate pair stands here (expected a whole character)",
    ]


KEYS = "(expected a mapping with the keys campaign, organizations, people, posts, demands, statements, …)"
NOT_UTF_8 = "is not UTF-8 (expected a file saved as UTF-8)"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"campaign:\n  name: caf\xe9\n", f"2: byte 22 of the file, 0xe9, {NOT_UTF_8}"),
        ("campaign: x".encode("utf-16"), f"1: byte 1 of the file, 0xff, {NOT_UTF_8}"),
        (b"", f"1: there is nothing in the file {KEYS}"),
        (b"# a comment\n", f"1: there is nothing in the file {KEYS}"),
        (b"- a\n- b\n", f"1: the file is not a mapping {KEYS}"),
        (b"just words", f"1: the file is not a mapping {KEYS}"),
        (b"[1]", f"1: the file is not a mapping {KEYS}"),
        (
            b"a:\n- [b",
            "3: this is not YAML: while parsing a flow sequence, did not find expected ',' or ']' (expected YAML)",
        ),
        (b"{}", "1: campaign: the key “campaign” is missing (expected a mapping with the keys slug, name, summary, …)"),
        (b"\x00" * 10, "1: the control character U+0000 stands here (expected text without control characters)"),
    ],
)
def test_what_is_no_campaign_file_at_all(data, expected):
    assert told(data) == [expected]


def test_a_byte_order_mark_is_no_problem():
    assert import_campaign(io.BytesIO(b"\xef\xbb\xbf" + GOOD.encode())).changed


def test_every_plain_word_stays_the_text_that_it_is():
    data, problems = parse(
        b"a: No\nb: 2021\nc: 2021-04-22\nd: 1e3\ne: 0x10\nf: <<\ng: =\nh: Null\ni: ~\nj:\nk: 'null'\n0: x\n"
    )
    assert not problems
    assert dict(data) == {
        "a": "No", "b": "2021", "c": "2021-04-22", "d": "1e3", "e": "0x10", "f": "<<", "g": "=", "h": None, "i": None,
        "j": None, "k": "null", "0": "x",
    }  # fmt: skip


def test_an_alias_is_not_followed():
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30))]
    started = time.process_time()
    problems = told("\n".join(lines))
    assert "2: the alias *a0 stands here (expected the text itself: aliases are not read)" in problems
    assert time.process_time() - started < 5


MISTAKES = {
    "keys": ("a:\n" * 20_000, "10001: the key “a” stands twice; first in line 1"),
    "anchors": (f"b: [{'&a 1,' * 20_000}]", "1: the anchor &a stands here"),
    "half letters": ('{"people": [' + r'"\ud800",' * 20_000 + "1]}", "1: half of a surrogate pair"),
    "values": (f"people: [{'1,' * 20_000}]", "0: 20,001 values stand where they cannot: too many to name each"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_of_more_mistakes_than_anybody_reads_some_are_told(name):
    """Each had a sentence once: 4 MB of them took 3.4 GB and half a minute."""
    text, said = MISTAKES[name]
    with pytest.raises(BadFile) as error:
        read(io.BytesIO(text.encode()))
    problems = error.value.problems
    assert len(problems) <= 10_000
    assert f"{problems[-1].line}: {problems[-1].message}".startswith(said)


def test_deep_nesting_is_refused_before_it_is_read():
    started = time.process_time()
    deep = "1: mappings and lists are nested more than 20 deep (expected the keys of a campaign)"
    assert told("a: " + "[" * 1_000_000) == [deep]
    assert told("".join(f"{' ' * n}a:\n" for n in range(1000))) == [deep.replace("1:", "21:", 1)]
    assert told('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}") == [deep.replace("1:", "0:", 1)]
    assert time.process_time() - started < 5


def test_a_file_of_200_megabytes_is_refused_without_being_read(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    started = time.process_time()
    with (
        pytest.raises(BadFile, match=re.escape("the file is larger than 32 MiB (expected one campaign)")),
        path.open("rb") as file,
    ):
        import_campaign(file)
    assert file.closed
    assert time.process_time() - started < 2


def test_a_file_of_the_largest_size_is_refused_for_what_is_in_it():
    data = b"campaign:\n" + b"- a\n" * ((MOST_BYTES - 10) // 4)
    (problem,) = told(data)
    assert problem.endswith("more than 2,000,000 keys and values (expected fewer)")


def test_nothing_that_fuzzing_found_raises_anything_else():
    """Each of these once reached a line that did not expect it."""
    for text in (
        "campaign: [a]\n",
        "campaign: {slug: [a]}\n",
        "campaign: {started: 2020}\n",
        "people: {slug: a}\ncampaign:\n",
        "people: [{roles: [[a]]}]\n",
        "statements: [{slug: {a: b}}]\n",
        "statements: [{responds_to: {}, replies_to: {}, sources: [[a]]}]\n",
        "statements: [{disputed: [{values: [{sources: [{source: []}]}]}]}]\n",
        "demands: [{raised: [a], outcomes: [b], checks: x, part_of: [c]}]\n",
        "organizations: [{members: [{a: b}, [c]]}]\n",
        "sources: [{published: {date: {}}}]\n",
        "posts: [{slug: a, name: [b], organization: [c]}]\n",
        ": a\n",
        "? \n",
    ):
        assert told(text), text


DOCS = (Path(__file__).parent.parent.parent / "docs" / "campaign-file.md").read_text(encoding="utf-8")


def test_the_file_that_the_docs_show_is_good():
    example = DOCS.split("```yaml\n")[1].split("```")[0]
    assert import_campaign(io.BytesIO(example.encode()), publish=True).changed


def test_the_docs_explain_every_key_and_every_choice():
    words = set(re.findall(r"\w+", DOCS))
    shapes = [shape for shape in vars(schemas).values() if isinstance(shape, type) and issubclass(shape, schemas.Base)]
    assert {key for shape in shapes for key in shape.model_fields} - words == set()
    assert {choice for shape in shapes for key in _shapes(shape).values() for choice in key.choices} - words == {
        "false"
    }


@pytest.mark.parametrize("line", re.findall(r"^well\.yaml:(.*)$", DOCS, re.MULTILINE))
def test_the_problems_that_the_docs_show_are_told_in_these_words(line):
    mistakes = (
        ("  - ada\n  raised", "  - adda\n  raised"),
        ('"2021-04-22"', '"2021-02-30"'),
        ('"2021-05"', '"2021-05"\n  precision: day'),
        ("stance: rejects", "stance: agrees"),
        ("  title: A flood", "  title: A flood\n  tilte: A flood"),
    )
    assert line in [problem for old, new in mistakes for problem in told(instead(old, new))]

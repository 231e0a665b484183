"""Spreadsheets: rows in and out, nothing lost, nothing computed, every mistake named with its row."""

import csv
import io
import time
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from campaigns.campaign_file import KINDS, BadFile, apply, campaign_data, read_sheet, rows_of, write_csv, write_xlsx
from campaigns.models import Actor, Membership, Source, State, Statement
from tests import factories as make
from tests.factories import when

pytestmark = pytest.mark.django_db

FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0"]


@pytest.fixture
def campaign():
    campaign = make.make_campaign(slug="kc", name="The campaign")
    city = make.make_organization(campaign=campaign, slug="city", name="City", classification="government")
    mayor = make.make_person(campaign=campaign, slug="mayor", name="Ada", aliases=["A; B", "C, D"], note="Two\nlines")
    make.make_membership(mayor, city, start="2019-08")
    make.make_membership(
        mayor, city, start="2010", end="2012", post=make.make_post(campaign=campaign, organization=city)
    )
    source = make.make_source(campaign=campaign, slug="paper", title="A “paper”, 2021", published="2021-04")
    statement = make.make_statement(
        [source],
        campaign=campaign,
        slug="said",
        speaker=mayor,
        when="2021-04",
        quote="No,\n“never”.",
        addressees=[city],
    )
    make.answer(make.make_demand(campaign=campaign), statement=statement)
    return campaign


def table(text, kind, campaign):
    return read_sheet(text.encode(), kind, campaign_data(campaign))


def wrong(data, kind, campaign):
    with pytest.raises(BadFile) as caught:
        apply(read_sheet(data if isinstance(data, bytes) else data.encode(), kind, campaign_data(campaign)))
    return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["csv", "safe", "xlsx"])
def test_what_was_taken_out_and_is_put_in_again_changes_nothing(campaign, kind, form):
    data = campaign_data(campaign)
    rows = list(rows_of(data, kind))
    written = write_xlsx(rows) if form == "xlsx" else write_csv(rows, safe=form == "safe").encode()
    document = read_sheet(written, kind, data)
    assert document.problems == []
    assert len(rows) > 1
    assert apply(document).changed is False
    assert campaign_data(campaign) == data


def test_the_table_for_machines_is_the_records_own_letters(campaign):
    Actor.objects.filter(slug="mayor").update(name="=1+1", note="'=2")
    read = list(csv.DictReader(io.StringIO(write_csv(rows_of(campaign_data(campaign), "people"), safe=False))))
    assert (read[0]["name"], read[0]["note"], read[0]["aliases"]) == ("=1+1", "'=2", "A; B\nC, D")


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_computes_in_a_table_for_spreadsheet_programs(campaign, text):
    rows = [["slug", "name"], ["mayor", text]]
    assert list(csv.reader(io.StringIO(write_csv(rows, safe=True), newline="")))[1] == ["mayor", f"'{text}"]
    cell = load_workbook(io.BytesIO(write_xlsx(rows))).worksheets[0]["B2"]
    assert (cell.data_type, cell.value[0]) == ("s", "'")
    back = read_sheet(write_csv(rows, safe=True).encode(), "people", campaign_data(campaign))
    assert back.data["people"][0]["name"] == text


def test_a_row_makes_a_record_or_changes_it_and_other_columns_stay(campaign):
    report = apply(table("slug,name\nmayor,Ada Smith\nclerk,The clerk\n", "people", campaign))
    assert (report["people"].created, report["people"].updated) == (["clerk"], ["mayor (name)"])
    mayor, clerk = Actor.objects.get(slug="mayor"), Actor.objects.get(slug="clerk")
    assert (mayor.name, mayor.aliases, mayor.note) == ("Ada Smith", ["A; B", "C, D"], "Two\nlines")
    assert (mayor.memberships.count(), clerk.state) == (2, State.DRAFT)


def test_an_empty_cell_empties_and_a_missing_column_does_not(campaign):
    apply(table("slug,note\nmayor,\n", "people", campaign))
    assert (Actor.objects.get(slug="mayor").note, Actor.objects.get(slug="mayor").aliases) == ("", ["A; B", "C, D"])


def test_an_officials_role_is_added_beside_the_others(campaign):
    apply(table("slug,role_post,role_organization,role_start\nmayor,Mayor,city,2019-08-01\n", "people", campaign))
    role = Membership.objects.get(post__name="Mayor")
    assert (role.start, role.organization.slug, Membership.objects.count()) == (when("2019-08-01"), "city", 3)


def test_whoever_speaks_for_a_body_its_life_and_a_deadline_come_in_rows(campaign):
    apply(table("slug,role_post,role_organization,role_speaks_for\nmayor,Mayor,city,Yes\n", "people", campaign))
    assert Membership.objects.get(post__name="Mayor").speaks_for
    apply(table("slug,start,end\ncity,1850,2020-06-30\n", "organizations", campaign))
    city = Actor.objects.get(slug="city")
    assert (city.start, city.end) == (when("1850"), when("2020-06-30"))
    apply(table("slug,deadline\nsaid,2021-05-31\n", "statements", campaign))
    assert Statement.objects.get(slug="said").deadline == when("2021-05-31")
    (said,) = wrong("slug,role_organization,role_speaks_for\nmayor,city,perhaps\n", "people", campaign)
    assert "perhaps" in said


def test_a_statement_comes_with_date_speaker_and_sources(campaign):
    text = "slug,date,kind,speaker,quote,sources,addressed_to\nnew,2021-05,speech,mayor,Yes.,paper,city\n"
    apply(table(text, "statements", campaign))
    made = Statement.objects.get(slug="new")
    assert (made.when, made.kind, made.quote, made.citations.get().source.slug) == (
        when("2021-05"),
        "speech",
        "Yes.",
        "paper",
    )
    apply(table("slug;date\nnew;2021-05-07\n", "statements", campaign))
    assert (Statement.objects.get(slug="new").when, Statement.objects.get(slug="new").quote) == (
        when("2021-05-07"),
        "Yes.",
    )


def test_dates_that_a_spreadsheet_program_made_of_cells_are_read(campaign):
    book = Workbook()
    book.active.append(["slug", "title", "published", "accessed"])
    book.active.append(["b", 2021, when("2021-04-22").first, when("2021-04-23").first])
    data = io.BytesIO()
    book.save(data)
    apply(read_sheet(data.getvalue(), "sources", campaign_data(campaign)))
    made = Source.objects.get(slug="b")
    assert (made.title, made.published, made.accessed) == ("2021", when("2021-04-22"), when("2021-04-23").first)


def test_every_mistake_is_named_with_its_row_and_nothing_is_written(campaign):
    rows = ("x,yesterday,speech,mayor", "", "y,2021,shout,nobody", "x,2021,speech,mayor", ",2021,speech,mayor")
    text = "\n".join(["slug,date,kind,speaker", *rows])
    told = wrong(text, "statements", campaign)
    assert [line.split(":")[0] for line in told] == sorted(line.split(":")[0] for line in told)
    assert {line.split(":")[0] for line in told} == {"2", "4", "5", "6"}
    assert "5: “x” stands twice; first in row 2" in told
    assert Statement.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "1: there is no column “slug”"),
        ("name\nAda\n", "1: there is no column “slug”"),
        ("slug,nome\nx,Ada\n", "1: the column “nome” is unknown"),
        ("slug,slug\nx,y\n", "1: a column stands twice"),
        ("slug,name\n", "1: there is no row under the headings"),
        ("slug,name\nx,Ada,more\n", "2: a cell stands beyond the last heading"),
        ("slug,name\nx,\"Ada\n", "2: this is not CSV: unexpected end of data"),
        ("slug,name\nx,Ada\n".encode("utf-16"), "1: the file is not UTF-8"),
        (b"slug,name\nx,\xe4\n", "2: the file is not UTF-8"),
        (b"slug\nx\0\n", "2: a NUL stands here"),
        (b"PK\x03\x04 nothing", "0: this is not a workbook"),
        ("slug,name\n" + "x,y\n" * 5001, "5002: there are more than 5,000 rows"),
        ("slug,name\n" + "\n" * 5001, "5002: there are more than 5,000 rows"),
        ("slug,name\nx," + "y" * 200_000, "2: this is not CSV: field larger than field limit (131072)"),
        ("slug," + ",".join(f"c{n}" for n in range(60)) + "\n", "1: there are more than 50 columns"),
        ("slug,name\nx," + "y" * 20_001 + "\n", "2: a cell has more than 20,000 characters"),
        ("slug,name\n" + "x" * (5 * 2**20), "0: the file is larger than 5 MiB"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_ours_is_refused_with_a_reason(campaign, data, said):
    assert said in [line[: len(said)] for line in wrong(data, "people", campaign)]


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def packed(members, kind=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def workbook(rows, *, before="", strings="", **others):
    """A workbook with a sheet of these rows under a heading; of its other members some have other content."""
    book, data = Workbook(), io.BytesIO()
    book.save(data)
    with zipfile.ZipFile(data) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if strings:
        part = 'PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument'
        kinds = members["[Content_Types].xml"].decode().removesuffix("</Types>")
        others["[Content_Types].xml"] = f'{kinds}<Override {part}.spreadsheetml.sharedStrings+xml"/></Types>'
        others["xl/sharedStrings.xml"] = f"<sst {MAIN}><si><t>{strings}</t></si></sst>"
    rows = f"<row>{cell('slug')}{cell('name')}</row>{rows}"
    return packed(members | others | {SHEET: f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"})


def cell(text):
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


NINE = 'r="999999999"'
BOOK = '<!DOCTYPE x [<!ENTITY a "{}">]>'.format("x" * 20_000)
MIB = b" " * 2**20
#: Each would take minutes or gigabytes; some were found to, by a file of 2 kB.
HOSTILE = {
    "a row far below": (lambda: workbook(f"<row {NINE}>{cell('x')}</row>"), "5002: there are more than 5,000 rows"),
    "empty rows": (lambda: workbook("<row/>" * 6_000), "5002: there are more than 5,000 rows"),
    "many rows": (lambda: workbook("<row/>" * 20_000), "0: the workbook has more than 20,000 tags, here in"),
    "many tags": (lambda: workbook("<x/>" * 60_000), "0: the workbook has more than 50,000 tags, here in"),
    "an entity": (
        lambda: workbook(f"<row>{cell('&a;')}</row>", before=BOOK),
        f"0: “{SHEET}” in the workbook declares a document type",
    ),
    "an entity, in UTF-16": (
        lambda: workbook("", **{"xl/styles.xml": f"{BOOK}<x>&a;</x>".encode("utf-16")}),
        "0: “xl/styles.xml” in the workbook declares a document type",
    ),
    "one member unpacks": (lambda: packed({"a.xml": b"<a>" + MIB * 26}), "0: the workbook unpacks to more than 25 MiB"),
    "all members unpack": (
        lambda: packed({f"{n}.bin": MIB * 3 for n in range(9)}),
        "0: the workbook unpacks to more than 25 MiB",
    ),
    "many members": (lambda: packed({f"{n}": "" for n in range(501)}), "0: the workbook has more than 500 files in it"),
    "another packing": (
        lambda: packed({"a.xml": MIB}, zipfile.ZIP_LZMA),
        "0: “a.xml” is packed in another way than XLSX has",
    ),
    "many long cells": (
        lambda: workbook(("<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>") * 40, strings="'=" + "x" * 19_000),
        "29: the cells have more than 26,214,400 characters in all",
    ),
    "a sheet that is none": (lambda: workbook("", **{"xl/workbook.xml": "<x/>"}), "0: this is not a workbook"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_in_a_moment(campaign, name, monkeypatch):
    monkeypatch.setattr("campaigns.campaign_file.workbooks.MOST_TAGS", 20_000)
    make_it, said = HOSTILE[name]
    data, data_of = make_it(), campaign_data(campaign)
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(BadFile) as error:
        read_sheet(data, "people", data_of)
    took, most = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (problem,) = error.value.problems
    assert f"{problem.line}: {problem.message}".startswith(said)
    assert problem.expected
    assert took < 10  # a fraction of it on an idle machine, without a look at its memory
    assert most < 100 * 2**20


def test_a_header_that_lies_about_the_size_hides_nothing(campaign):
    data = bytearray(packed({"a.xml": b"<a>" + MIB * 26}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (9).to_bytes(4, "little")  # what it says that it unpacks to
    (said,) = wrong(bytes(data), "people", campaign)
    assert said.startswith(("0: the workbook unpacks to more than", "0: this is not a workbook"))


def test_reading_a_workbook_ends_when_the_time_is_over(campaign, monkeypatch):
    monkeypatch.setattr("campaigns.campaign_file.workbooks.MOST_SECONDS", -1)
    assert wrong(workbook(""), "people", campaign) == ["0: reading the workbook takes longer than -1 seconds"]


def test_what_a_sheet_says_of_its_own_size_counts_for_nothing(campaign):
    text = f"<worksheet {MAIN}><dimension ref='A1:B1048576'/><sheetData><row>{cell('slug')}{cell('name')}</row>"
    data = workbook("")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    rows = f"<row>{cell('new')}{cell('Ada')}</row></sheetData></worksheet>"
    document = read_sheet(packed(members | {SHEET: text + rows}), "people", campaign_data(campaign))
    assert (document.problems, [person["slug"] for person in document.data["people"]]) == ([], ["new"])


def test_a_table_of_the_largest_size_is_read(campaign):
    rows = [["slug", "name", "note"], *([f"p{n}", f"Person {n}", "Of the council. " * 20] for n in range(5000))]
    document = read_sheet(write_xlsx(rows), "people", campaign_data(campaign))
    assert (document.problems, len(document.data["people"])) == ([], 5000)


def test_a_formula_is_no_value(campaign):
    book = Workbook()
    book.active.append(["slug", "name"])
    book.active.append(["x", "=1+1"])
    data = io.BytesIO()
    book.save(data)
    assert wrong(data.getvalue(), "people", campaign) == ["2: a formula stands here"]

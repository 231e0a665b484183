"""The campaign file: a whole campaign in one YAML or JSON file, in and out without a loss."""

from campaigns.campaign_file.applying.records import apply, count_anew, import_campaign
from campaigns.campaign_file.problems import BadFile, Problem
from campaigns.campaign_file.reading.document import Document, read
from campaigns.campaign_file.reading.spreadsheets import KINDS, read_sheet, rows_of, write_csv, write_xlsx
from campaigns.campaign_file.report import Report, Tally
from campaigns.campaign_file.writing.document import campaign_data, write_json, write_yaml

__all__ = [
    "KINDS",
    "BadFile",
    "Document",
    "Problem",
    "Report",
    "Tally",
    "apply",
    "campaign_data",
    "count_anew",
    "import_campaign",
    "read",
    "read_sheet",
    "rows_of",
    "write_csv",
    "write_json",
    "write_xlsx",
    "write_yaml",
]

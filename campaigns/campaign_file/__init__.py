"""The campaign file: a whole campaign in one YAML or JSON file, in and out without a loss."""

from campaigns.campaign_file.applying import apply, import_campaign
from campaigns.campaign_file.problems import BadFile, Problem
from campaigns.campaign_file.reading import Document, read
from campaigns.campaign_file.report import Report, Tally
from campaigns.campaign_file.writing import campaign_data, write_json, write_yaml

__all__ = [
    "BadFile",
    "Document",
    "Problem",
    "Report",
    "Tally",
    "apply",
    "campaign_data",
    "import_campaign",
    "read",
    "write_json",
    "write_yaml",
]

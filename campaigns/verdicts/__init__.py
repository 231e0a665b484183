"""Verdicts: what the record concludes, and when it may (docs/verdicts.md): one module, shown by every way out.

`rulings` reads the record once and returns for each demand who was asked and since when, whose each answer is, the
state of the question, what ended it and up to when somebody looked. `facts`, `whose` and `judging` are pure; `reading`
asks the database, in constant queries. Every question takes ``at``, a day in the campaign's time zone, and sees what
had happened by then; with ``known``, a moment, only as far as it was on record by that moment.
"""

from campaigns.verdicts.board import ORDERS, longest_silences, ordered, unaddressed
from campaigns.verdicts.data import answers_of
from campaigns.verdicts.facts import AnswerState, By, Finding, Why
from campaigns.verdicts.judging import POSITIONS
from campaigns.verdicts.marks import Mark, marks
from campaigns.verdicts.subjects import subjects
from campaigns.verdicts.tally import Tally, on_record, tally, who_asks
from campaigns.verdicts.verdict import Answer, Ruling, Verdict, Whose, findings, meanwhile, put_to, rulings
from campaigns.verdicts.words import addressed, clause, concluded, sentences

__all__ = [
    "ORDERS",
    "POSITIONS",
    "Answer",
    "AnswerState",
    "By",
    "Finding",
    "Mark",
    "Ruling",
    "Tally",
    "Verdict",
    "Whose",
    "Why",
    "addressed",
    "answers_of",
    "clause",
    "concluded",
    "findings",
    "longest_silences",
    "marks",
    "meanwhile",
    "on_record",
    "ordered",
    "put_to",
    "rulings",
    "sentences",
    "subjects",
    "tally",
    "unaddressed",
    "who_asks",
]

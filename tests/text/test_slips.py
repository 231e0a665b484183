"""Slips: a few letters, and nothing else."""

import pytest

from campaigns.text.slips import slip_letters


@pytest.mark.parametrize(
    ("old", "new", "letters"),
    [
        ("Quinton Lukas said", "Quinton Lucas said", 1),
        ("teh mayro", "the mayor", 4),
        ("inthe room", "in the room", 1),
        ("It was fine .", "It was fine.", 1),
        ("two  blanks", "two blanks", 1),
        ("市長は言った", "市長は言つた", 1),
        ("the same", "the same", 0),
        ("He did", "He did not", None),
        ("He paid her", "He hurt her", None),
        ("He paid them", "He robbed them", None),
        ("in 2021", "in 2022", None),
        ("", "No", None),
        ("市長は言った", "市長は嘘を言った殺した", None),
        ("aaa bbb ccc", "abb bcc caa", None),
    ],
)
def test_a_slip_is_a_few_letters_in_words_that_stay(old, new, letters):
    assert slip_letters(old, new) == letters
    assert slip_letters(new, old) == letters

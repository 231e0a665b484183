"""Two wordings compared word by word, in any script, and shown with marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.templatetags import prose
from campaigns.text.diff import LONGEST, Change, Piece, compared, replaced


def marked(before: str, after: str) -> str:
    """Return the pieces in one line: [-deleted-], {+inserted+}."""
    form = {Change.KEPT: "{}", Change.DELETED: "[-{}-]", Change.INSERTED: "{{+{}+}}"}
    return "".join(form[piece.change].format(piece.text) for piece in compared(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Fire the chief now", "Fire the chief today", "Fire the chief [-now-]{+today+}"),
        ("Fire the chief.", "Fire the police chief.", "Fire the {+police +}chief."),
        ("Fire the chief, now", "Fire the chief now", "Fire the chief [-, -]now"),
        ("the board’s vote", "the council’s vote", "the [-board’s -]{+council’s +}vote"),
        ("La destitución del jefe", "La renuncia del jefe", "La [-destitución -]{+renuncia +}del jefe"),
        ("अध्यक्ष को तुरंत हटाओ", "अध्यक्ष को आज हटाओ", "अध्यक्ष को [-तुरंत -]{+आज +}हटाओ"),
        ("أقيلوا قائد الشرطة الآن", "أقيلوا قائد الشرطة غدا", "أقيلوا قائد الشرطة [-الآن-]{+غدا+}"),
        ("立即罢免警察局长", "立即罢免警察副局长", "立即罢免警察{+副+}局长"),
        ("ปลดหัวหน้าตำรวจ", "ปลดรองหัวหน้าตำรวจ", "ปลด{+รอง+}หัวหน้าตำรวจ"),
    ],
)
def test_words_are_marked_where_they_changed(before, after, expected):
    assert marked(before, after) == expected


def test_what_stands_on_one_side_alone_is_whole():
    assert compared("", "New") == replaced("", "New") == [Piece(Change.INSERTED, "New")]
    assert compared("Old", "") == replaced("Old", "") == [Piece(Change.DELETED, "Old")]


def test_a_long_stretch_that_was_kept_is_shortened_and_nothing_else():
    same = " ".join(f"so-{number}" for number in range(120))
    pieces = compared(f"a {same} b", f"a {same} c")
    assert [piece.change for piece in pieces] == [Change.KEPT, Change.DELETED, Change.INSERTED]
    assert len(pieces[0].text) > 600
    assert len(pieces[0].shortened().text) < 400
    assert pieces[0].shortened().text.startswith("a so-0 so-1")
    for piece in (*pieces[1:], *replaced(same, "")):
        assert piece.shortened() == piece


def test_marks_are_html_and_nothing_in_the_words_is():
    pieces = compared("He will not resign.", "He will resign <now>.")
    assert prose.marked(pieces) == "He will <del>not </del>resign <ins>&lt;now&gt;</ins>."


def test_wordings_with_little_in_common_are_not_cut_up():
    assert marked("Chief Smith's resignation", "Make a motion to fire him") == (
        "[-Chief Smith's resignation-]{+Make a motion to fire him+}"
    )


def test_a_difference_in_spaces_is_none_and_the_later_ones_spaces_are_kept():
    assert marked("Fire  the\nchief", "Fire the chief ") == "Fire the chief "


def test_wordings_of_any_length_are_compared_in_a_moment():
    long = "word " * (LONGEST + 1)
    assert [piece.change for piece in compared(long, long + "more")] == [Change.DELETED, Change.INSERTED]


texts = st.text(st.sampled_from("ab ,.\n’é́字กि\u200d"), max_size=60)


@given(texts, texts)
def test_the_pieces_give_the_later_wording_back_to_the_letter(before, after):
    pieces = compared(before, after)
    assert "".join(piece.text for piece in pieces if piece.change != Change.DELETED) == after
    assert [piece for piece in pieces if piece.text == ""] == []

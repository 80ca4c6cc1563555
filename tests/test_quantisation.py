"""Tables of a JPEG file, and where their steps belong."""

from __future__ import annotations

from eyebright.quantisation import STANDARD_LUMA, ZIGZAG, by_rows, scaled


def test_the_zigzag_begins_along_the_first_diagonals_and_holds_every_place_once() -> None:
    assert ZIGZAG[:10] == (
        *((0, 0), (0, 1), (1, 0), (2, 0), (1, 1)),
        *((0, 2), (0, 3), (1, 2), (2, 1), (3, 0)),
    )
    assert ZIGZAG[-1] == (7, 7)
    assert len(set(ZIGZAG)) == 64


def test_the_first_row_of_the_standard_table_is_found_by_its_places() -> None:
    row = [STANDARD_LUMA[ZIGZAG.index((0, column))] for column in range(8)]

    assert row == [16, 11, 10, 16, 24, 40, 51, 61]


def test_the_standard_table_s_rows_are_those_of_the_recommendation() -> None:
    rows = by_rows(STANDARD_LUMA)

    assert rows[0] == (16, 11, 10, 16, 24, 40, 51, 61)
    assert rows[4] == (18, 22, 37, 56, 68, 109, 103, 77)
    assert rows[7] == (72, 92, 95, 98, 112, 100, 103, 99)


def test_steps_stay_between_one_and_a_byte() -> None:
    assert scaled(50) == STANDARD_LUMA
    assert set(scaled(100)) == {1}
    assert max(scaled(1)) == 255

"""Case numbers survive being read out over the phone."""

from hypothesis import given
from hypothesis import strategies as st

from flows.case_number import DRAWS, case_number, normal_number

draws = st.integers(0, DRAWS - 1)


@given(draws)
def test_number_is_understood_however_it_is_written(draw: int) -> None:
    number = case_number(draw)
    for written in (number, number.lower(), number.replace("-", " "), number[1:], f" {number} "):
        assert number == normal_number(written)


@given(draws, st.integers(0, 6), st.integers(1, 9))
def test_one_misheard_digit_is_noticed(draw: int, place: int, shift: int) -> None:
    digits = [sign for sign in case_number(draw) if sign.isdigit()]
    digits[place] = str((int(digits[place]) + shift) % 10)
    assert normal_number("".join(digits)) is None


def test_different_draws_give_different_numbers() -> None:
    assert len({case_number(draw) for draw in range(0, DRAWS, 997)}) == len(range(0, DRAWS, 997))

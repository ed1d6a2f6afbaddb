"""Case numbers that can be read out over the phone: A482-9173, the last digit a check digit (Luhn)."""

import re

DRAWS = 1_000_000  # how many different numbers there are


def case_number(draw: int) -> str:
    """The case number for a draw of `0 <= draw < DRAWS`."""
    digits = f"{draw:06d}"
    digits += str(_check_digit(digits))
    return f"A{digits[:3]}-{digits[3:]}"


def normal_number(typed: str) -> str | None:
    """The number a person meant, in its usual shape; None when the check digit says it is misread."""
    digits = re.sub(r"\D", "", typed)
    if len(digits) != 7 or int(digits[-1]) != _check_digit(digits[:-1]):
        return None
    return f"A{digits[:3]}-{digits[3:]}"


def _check_digit(digits: str) -> int:
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return -sum(value // 10 + value % 10 for value in doubled) % 10

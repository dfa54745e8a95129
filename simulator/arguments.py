"""What the commands that start a simulator are given, and its bounds."""

import argparse
import math

DEFAULT_PORT = 8421
# A call from one user to another takes two; users are numbered from 1001, call queues from 80001.
FEWEST_USERS, MOST_USERS = 2, 79_000


def port(text: str) -> int:
    """Read the number of a port; 0 takes a free one."""
    return _within(int(text), 0, 65535)


def users(text: str) -> int:
    """Read how many users a large company has."""
    return _within(int(text), FEWEST_USERS, MOST_USERS)


def speed(text: str) -> float:
    """Read how many times faster than real time something goes."""
    if not 0 < float(text) < math.inf:
        raise argparse.ArgumentTypeError("has to be above zero")
    return float(text)


def _within(number: int, lowest: int, highest: int) -> int:
    if not lowest <= number <= highest:
        raise argparse.ArgumentTypeError(f"has to be from {lowest} to {highest}")
    return number

"""CPU time of processes by /proc (Linux): what a bot and its database really used."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """User and system time of one process, all threads, without its children."""
    return _used(f"/proc/{pid}/stat")


def loop_seconds(pid: int) -> float:
    """The same of its main thread alone, which runs the event loop."""
    return _used(f"/proc/{pid}/task/{pid}/stat")


def _used(path: str) -> float:
    fields = Path(path).read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def family_seconds(pid: int) -> float:
    """The same with all children, also those that ended and were waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    total = sum(map(int, fields[11:15])) / TICKS
    return total + sum(family_seconds(child) for child in children(pid))


def children(pid: int) -> list[int]:
    """The direct children that are alive."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in listed.read_text().split()] if listed.exists() else []


def resident_megabytes(pid: int) -> float:
    """Memory of a process that is in use."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6

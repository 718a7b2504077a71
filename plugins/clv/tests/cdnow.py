"""The CDNOW customers and what another implementation says of them: see README.md."""

import csv
from pathlib import Path
from types import SimpleNamespace

from model import bgnbd, gamma_gamma

COUNTS = bgnbd.Parameters(0.2425929, 4.4135323, 0.7928860, 2.4257524)
WORTH = gamma_gamma.Parameters(6.2488025, 3.7445885, 15.4477481)


def customers():
    """Each with its numbers."""
    with open(Path(__file__).with_name("cdnow.csv"), encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            numbers = {name: float(number) for name, number in row.items()}
            yield SimpleNamespace(**{**numbers, "x": int(row["x"])})

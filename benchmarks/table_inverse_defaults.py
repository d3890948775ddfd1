"""The results of `inverse_defaults.py` as a table: what the default loses against the best strengths.

    python benchmarks/table_inverse_defaults.py

The best PSNR is that of a parabola through the best factor and its neighbours, in the logarithm of the
factor; where the best factor is the last one that was tried, it is that one's.
"""

from __future__ import annotations

import json
from collections import defaultdict

import numpy as np
from inverse_defaults import ROWS
from inverse_scenes import FIELDS


def best(found: dict[float, float]) -> tuple[float, float]:
    """Return the best factor and its PSNR, from PSNR by factor."""
    factors = sorted(found)
    place = max(range(len(factors)), key=lambda index: found[factors[index]])
    if place in (0, len(factors) - 1):
        return factors[place], found[factors[place]]
    near = factors[place - 1 : place + 2]
    curve = np.poly1d(np.polyfit(np.log(near), [found[factor] for factor in near], 2))
    top = float(curve.deriv().roots[0])
    return float(np.exp(top)), float(curve(top))


def main() -> None:
    """Print the table as Markdown."""
    scores: dict[tuple[str, str], dict[float, float]] = defaultdict(dict)
    for row in map(json.loads, ROWS.read_text().splitlines()):
        if row["tolerance"] == 1.0:
            scores[row["task"], row["image"]][row["factor"]] = row["psnr"]
    print("| task | image | PSNR | best | at | loss |\n|---|---|---|---|---|---|")
    for task in FIELDS:
        losses = []
        for (of, image), found in scores.items():
            if of == task and len(found) >= 3 and 1.0 in found:
                factor, most = best(found)
                losses.append(most - found[1.0])
                print(
                    f"| {task} | {image} | {found[1.0]:.2f} | {most:.2f} | {factor:.2f} | {losses[-1]:.2f} |"
                )
        if losses:
            print(f"| {task} | median | | | | {np.median(losses):.2f} |")


if __name__ == "__main__":
    main()

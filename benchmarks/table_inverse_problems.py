"""The results of `inverse_problems.py` as a table: medians over the images, and how far the model is above.

    python benchmarks/table_inverse_problems.py

A method counts on the images that it has results of, and so does the model beside it.
"""

from __future__ import annotations

import json
from collections import defaultdict

import numpy as np
from inverse_problems import ROWS
from inverse_scenes import FIELDS


def main() -> None:
    """Print the table as Markdown."""
    found: dict[str, dict[str, dict[str, dict[str, float]]]] = defaultdict(lambda: defaultdict(dict))
    for line in ROWS.read_text().splitlines():
        row = json.loads(line)
        found[row["task"]][row["method"]][row["image"]] = row
    print("| task | method | images | PSNR | model above | seconds |\n|---|---|---|---|---|---|")
    for task in FIELDS:
        ours = found[task].get("model", {})
        for method, of_image in found[task].items():
            rows = list(of_image.values())
            score, seconds = (np.median([row[name] for row in rows]) for name in ("psnr", "seconds"))
            gains = [ours[image]["psnr"] - row["psnr"] for image, row in of_image.items() if image in ours]
            above = "" if method == "model" or not gains else f"{np.median(gains):+.2f}"
            print(f"| {task} | {method} | {len(rows)} | {score:.2f} | {above} | {seconds:.1f} |")


if __name__ == "__main__":
    main()

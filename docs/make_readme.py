"""Run the README's commands, and make its pictures from what they write.

python docs/make_readme.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from make_pictures import shrink
from matplotlib.axes import Axes
from numpy.typing import NDArray
from pages import DOCS, ROOT, run
from PIL import Image
from tifffile import imread

from recon_cli import Measurement, Solver, operators, priors, reconstruct
from recon_cli.engine.result import Status

PICTURES = DOCS / "pictures" / "readme"
_SIDE = 2.6
"""Of a panel, in inches."""


def strip(name: str, panels: list[tuple[str, NDArray[np.generic]]], further: int = 0) -> list[Axes]:
    """Draw images side by side.

    Args:
        name: of the picture, for `keep`.
        panels: title and image of each; grey images are drawn from their least to their largest value.
        further: panels that are left empty, of double width.

    Returns:
        The axes of those.
    """
    widths = [1.0] * len(panels) + [1.5] * further
    _, axes = plt.subplots(
        1,
        len(widths),
        num=name,
        figsize=(_SIDE * sum(widths), _SIDE + 0.3),
        width_ratios=widths,
        layout="constrained",
    )
    for place, (title, image) in zip(axes, panels, strict=False):
        place.imshow(image, cmap="gray", interpolation="nearest")
        place.set_title(title, fontsize=10)
        place.axis("off")
    return list(axes[len(panels) :])


def keep(name: str, folder: Path) -> None:
    """Save a picture that was drawn, small."""
    plt.figure(name).savefig(folder / f"strip_{name}.png", dpi=150, bbox_inches="tight", pad_inches=0.03)
    shrink(folder / f"strip_{name}.png", PICTURES / f"{name}.png")


def draw_certificate() -> None:
    """Draw a photograph, its certified minimum, and how the certificate closes over the iterations."""
    noisy = np.asarray(Image.open(ROOT / "examples" / "camera_noisy.png"), np.float32) / 255
    statuses: list[Status] = []
    measurement = Measurement(operators.Identity(noisy.shape), noisy[None], sigma=25)
    result = reconstruct(measurement, priors.DictionaryPrior(), Solver("full"), callback=statuses.append)
    assert result.gap is not None
    assert result.distance is not None
    said = (
        f"within {result.gap:.1%} of the smallest J,\nwithin {result.distance:.1f} grey levels of its image"
    )
    (place,) = strip("certified", [("noisy, sigma 25", noisy), ("result", np.asarray(result.image[0]))], 1)
    known = [(each.iteration, 100 * each.gap) for each in statuses if each.gap is not None]
    place.semilogy(*zip(*known, strict=True), marker="o", markersize=3)
    place.set_title("what is certified", fontsize=10)
    place.set_xlabel("iteration")
    place.set_ylabel("J above its minimum, at most, in %")
    place.text(0.97, 0.95, said, transform=place.transAxes, ha="right", va="top", fontsize=9)


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(ROOT / "README.md", folder)
        draw_certificate()
        counts = [imread(place)[1] for place in (folder / "examples/cell_counts.tif", folder / "cell.tif")]
        strip("counts", list(zip(("counts of a camera", "result"), counts, strict=True)))
        for picture, titles in (
            ("mri", {"zero.png": "30 % of k-space, zero-filled", "mri.png": "result"}),
            ("deconvolve", {"blurred.png": "blurred", "sharp.png": "result"}),
        ):
            strip(picture, [(title, np.asarray(Image.open(folder / file))) for file, title in titles.items()])
        for picture in ("certified", "counts", "mri", "deconvolve"):
            keep(picture, folder)


if __name__ == "__main__":
    main()

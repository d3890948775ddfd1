"""Made acquisitions whose truth is known: pictures with smooth phase, coils, masks and noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import nibabel
import numpy as np
import skimage.data
import skimage.io
from baseline import SHARED
from numpy.typing import NDArray
from skimage.transform import resize

from recon_cli.workflows.mri.masks import Pattern, generate_mask
from recon_cli.workflows.mri.simulate import birdcage, transform

Image = NDArray[np.float64]
Sampling = Pattern | Literal["poisson"]
_CENTRE = 20
"""Side of the complete square in the middle of a Poisson disc, and columns of a Cartesian mask."""


@dataclass(frozen=True)
class Scene:
    """An acquisition.

    Attributes:
        picture: name, see `picture`.
        shape: height and width of k-space.
        sampling: pattern of the mask.
        fold: pixels for each sample.
        coils: how many.
        noise: standard deviation of the complex noise, for images up to 1.
        seed: of mask, phase and noise.
    """

    picture: str
    shape: tuple[int, int]
    sampling: Sampling
    fold: float
    coils: int
    noise: float
    seed: int = 0

    @property
    def name(self) -> str:
        """What the table calls it."""
        height, width = self.shape
        return (
            f"{self.picture} {height} x {width}, {self.sampling} {self.fold:g} x, "
            f"{self.coils} coil{'s' * (self.coils > 1)}, noise {self.noise:g}"
        )

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """Where k-space is sampled, its low frequencies in the middle."""
        if self.sampling == "poisson":
            return _poisson(self.shape, self.fold, self.seed)
        mask = generate_mask(self.sampling, *self.shape, 1 / self.fold, self.seed)
        if self.sampling == "cartesian" and self.coils > 1:
            middle, half = self.shape[1] // 2, _CENTRE // 2
            mask[:, middle - half : middle + half] = True
        return mask

    @cached_property
    def coil_images(self) -> NDArray[np.complex128]:
        """What each coil sees, `(coils, height, width)`."""
        image = picture(self.picture, self.shape) * smooth_phase(self.shape, self.seed)
        return image * birdcage(self.coils, self.shape) if self.coils > 1 else image[None]

    @property
    def truth(self) -> Image:
        """The magnitude, over all coils."""
        return np.sqrt((np.abs(self.coil_images) ** 2).sum(0))

    @cached_property
    def samples(self) -> NDArray[np.complex64]:
        """What is measured, `(coils, height, width)`."""
        rng = np.random.default_rng((self.seed, 7))
        real, imaginary = rng.standard_normal((2, *self.coil_images.shape)) / np.sqrt(2)
        noisy = transform(self.coil_images, "centered") + self.noise * (real + 1j * imaginary)
        return np.asarray(noisy * self.mask, np.complex64)


def picture(name: str, shape: tuple[int, int]) -> Image:
    """Return a picture in [0, 1].

    Args:
        name: `brain`, of the paper; `t1` or `b0-SLICE`, of dipy; `set12-NUMBER`; or of scikit-image.
        shape: height and width.
    """
    if name == "brain":
        image = skimage.io.imread(SHARED / "data" / "mri" / "brain.jpg", as_gray=True)
    elif name.startswith("set12-"):
        image = skimage.io.imread(SHARED / "data" / "set12" / f"{name[6:]}.png", as_gray=True)
    elif name == "t1":
        image = np.load(_dipy() / "t1_coronal_slice.npy")
    elif name.startswith("b0-"):
        volume: Any = nibabel.load(_dipy() / "S0_10slices.nii.gz")
        image = np.rot90(volume.get_fdata()[:, :, int(name[3:]), 0])
    elif name == "phantom":
        image = skimage.data.shepp_logan_phantom()
    else:
        image = getattr(skimage.data, name)()
    image = np.asarray(image, np.float64)
    image = image.mean(-1) if image.ndim == 3 else image
    small: Image = resize(image, shape, anti_aliasing=True)
    small = small - small.min()
    return small / small.max()


def smooth_phase(shape: tuple[int, int], seed: int) -> NDArray[np.complex128]:
    """Return a phase that is a polynomial of the second degree, of up to half a turn or so."""
    y, x = _grid(shape)
    a = np.random.default_rng((seed, 3)).uniform(-1.2, 1.2, 6)
    return np.exp(1j * (a[0] + a[1] * x + a[2] * y + a[3] * x * y + a[4] * x**2 + a[5] * y**2))


def _grid(shape: tuple[int, int]) -> tuple[Image, Image]:
    y, x = (np.linspace(-1, 1, length) for length in shape)
    return y[:, None], x[None]


def _poisson(shape: tuple[int, int], fold: float, seed: int) -> NDArray[np.bool_]:
    """Throw darts that keep a distance, which grows from the middle; the distance follows from `fold`."""
    order = np.random.default_rng((seed, 5)).permutation(shape[0] * shape[1])
    low, high = 0.3, 8.0
    for _ in range(12):
        middle = (low * high) ** 0.5
        mask = _thrown(shape, order, middle)
        low, high = (middle, high) if mask.mean() > 1 / fold else (low, middle)
    return mask


def _thrown(shape: tuple[int, int], order: NDArray[np.int64], distance: float) -> NDArray[np.bool_]:
    height, width = shape
    y, x = _grid(shape)
    reach = distance * (0.5 + np.hypot(y, x))
    taken, blocked = np.zeros(shape, bool), np.zeros(shape, bool)
    half = min(_CENTRE, height // 3, width // 3) // 2
    taken[height // 2 - half : height // 2 + half, width // 2 - half : width // 2 + half] = True
    blocked |= taken
    for place in order:
        row, column = divmod(int(place), width)
        if blocked[row, column]:
            continue
        taken[row, column] = True
        r = reach[row, column]
        k = int(r)
        rows = slice(max(row - k, 0), row + k + 1)
        columns = slice(max(column - k, 0), column + k + 1)
        there_y, there_x = np.arange(height)[rows] - row, np.arange(width)[columns] - column
        blocked[rows, columns] |= np.hypot(there_y[:, None], there_x) < r
    return taken


def _dipy() -> Path:
    found = find_spec("dipy")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("the pictures of dipy are needed: pip install dipy")
    return Path(found.submodule_search_locations[0]) / "data" / "files"

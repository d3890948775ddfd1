"""What there is to see of a dictionary: its spectrum, and the frequency, penalty and use of each atom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..engine.priors.dictionary.shrinkage import shrink
from ..engine.solvers.sparse_coding import ExactCoder
from ..errors import ReconError
from .atom_weights import AtomWeights, measure_weights

if TYPE_CHECKING:
    from ..models.dictionary import Dictionary

Sort = Literal["usage", "frequency", "penalty"]

MAX_PATCHES = 100_000
_BLOCK = 2000
_TOLERANCE = 1e-5
"""Of the sparse coding: the share of patches that use an atom is then right to 0.1 percentage points."""


@dataclass(frozen=True)
class Usage:
    """How much an image uses each atom.

    Attributes:
        share: of the patches, those whose code of the atom is not zero, `(atoms,)`, in [0, 1].
        magnitude: mean absolute code over all patches, `(atoms,)`; comparable since all atoms have one norm.
        patches: number of patches that were coded.
        lam: soft-threshold level of the coding.
    """

    share: NDArray[np.float64]
    magnitude: NDArray[np.float64]
    patches: int
    lam: float


@dataclass(frozen=True)
class AtomsView:
    """A dictionary with what is shown of it.

    Attributes:
        dictionary: the dictionary.
        singular_values: of D, falling, without the zero that the zero mean of the atoms forces.
        frequencies: of each atom in cycles a pixel, `(atoms,)`.
        usage: on an image; None without one.
        sort: by what the atoms are ordered.
        order: indices of the atoms, counted from 0, in the order in which they are shown.
        sigma: noise level whose penalties are shown and whose lam measures the usage.
        weights: of the penalties on the image; None without one, or where the dictionary weights none.
    """

    dictionary: Dictionary
    singular_values: NDArray[np.float64]
    frequencies: NDArray[np.float64]
    usage: Usage | None
    sort: Sort
    order: NDArray[np.int64]
    sigma: float
    weights: AtomWeights | None = None

    @property
    def condition(self) -> float:
        """Largest by smallest singular value; infinite where the smallest is below float32 rounding."""
        values = self.singular_values
        rounding = float(np.finfo(np.float32).eps) * max(self.dictionary.atoms.shape)
        return float(values[0] / values[-1]) if values[-1] > rounding * values[0] else float("inf")

    @property
    def penalties(self) -> NDArray[np.float64] | None:
        """Of the atoms relative to lam, in the order of the file, `(atoms,)`; None where they are equal."""
        return _penalties(self.dictionary, self.sigma)

    def tiles(self) -> NDArray[np.float64]:
        """Return the atoms in the order shown, `(atoms, size, size)`, each scaled to largest magnitude 1."""
        size = self.dictionary.patch_size
        atoms = self.dictionary.atoms.detach().cpu().double().T.reshape(-1, size, size).numpy()[self.order]
        return atoms / np.abs(atoms).max((1, 2), keepdims=True)


def show_atoms(
    dictionary: Dictionary,
    image: NDArray[np.float32] | None = None,
    sort: Sort | None = None,
    sigma: float | None = None,
    callback: Callable[[float], None] | None = None,
) -> AtomsView:
    """Measure a dictionary and order its atoms.

    Args:
        dictionary: the model.
        image: `(..., height, width)`, intensities in [0, 1], on which the usage is measured.
        sort: `usage`, the most used first; `frequency` or `penalty`, the lowest first; None takes the
            usage where there is an image, else the frequency. Equal atoms keep the order of the file.
        sigma: noise level, of 255, whose penalties and lam are taken; None takes the dictionary's.
        callback: called with the share of the patches whose usage is measured, up to 1.

    Returns:
        The dictionary with its spectrum, frequencies, usage, weights and order.

    Raises:
        ReconError: when the order needs an image that is not given or penalties that the dictionary lacks,
            the image is smaller than a patch, or there are no tuned parameters to measure the usage with.
    """
    if sort == "usage" and image is None:
        raise ReconError("--sort usage needs an image on which usage is measured; give --picture", 2)
    level = sigma or dictionary.sigma
    penalties = _penalties(dictionary, level)
    if sort == "penalty" and penalties is None:
        raise ReconError(f"all atoms of {dictionary.name} have the same penalty; take another --sort", 2)
    usage = None if image is None else measure_usage(dictionary, image, level, callback)
    frequencies = atom_frequencies(dictionary.atoms)
    sort = sort or ("frequency" if usage is None else "usage")
    if sort == "usage" and usage is not None:
        keys = -usage.share
    elif sort == "penalty" and penalties is not None:
        keys = penalties
    else:
        keys = frequencies
    order = np.argsort(keys, kind="stable")
    weights = None if image is None else measure_weights(dictionary, image, level)
    values = singular_values(dictionary.atoms)
    return AtomsView(dictionary, values, frequencies, usage, sort, order, level, weights)


def _penalties(dictionary: Dictionary, sigma: float) -> NDArray[np.float64] | None:
    penalties = dictionary.penalties
    return None if penalties is None else penalties.at(sigma).detach().cpu().double().numpy()


def singular_values(atoms: Tensor) -> NDArray[np.float64]:
    """Return the singular values of D, falling: all that atoms of zero mean can have.

    Such atoms span at most `size**2 - 1` dimensions, so one value of a wide D is zero by construction;
    it says nothing of the dictionary and is left out.

    Args:
        atoms: `D`, `(size**2, atoms)`.
    """
    values = torch.linalg.svdvals(atoms.detach().cpu().double())
    return values[: atoms.shape[0] - 1].numpy()


def atom_frequencies(atoms: Tensor) -> NDArray[np.float64]:
    """Return the centroid of each atom's power spectrum: the mean of `|f|`, weighted by power.

    The spectrum is the discrete Fourier transform of the atom itself, without window or padding;
    `|f|` is the length of the frequency vector, from 0 to 0.71 along the diagonal.

    Args:
        atoms: `D`, `(size**2, atoms)`, no atom zero.

    Returns:
        Cycles a pixel, `(atoms,)`.
    """
    size = round(atoms.shape[0] ** 0.5)
    tiles = atoms.detach().cpu().double().T.reshape(-1, size, size)
    power = torch.fft.fft2(tiles).abs().square()
    line = torch.fft.fftfreq(size, dtype=torch.float64)
    radius = torch.hypot(line[:, None], line)
    return ((power * radius).sum((1, 2)) / power.sum((1, 2))).numpy()


def measure_usage(
    dictionary: Dictionary,
    image: NDArray[np.float32],
    sigma: float,
    callback: Callable[[float], None] | None = None,
) -> Usage:
    """Measure how much an image uses each atom, from the exact sparse codes of its patches.

    The patches of the image as it is, each without its mean, are coded with the soft-threshold level
    tuned for the mode `full`, else that for `unrolled`. A minimiser (x, a) of J has just these codes of
    x, so a denoised image shows what its reconstruction used; a noisy one shows how atoms fit the noise.
    All patches are coded, or in a large image those on the square grid of smallest spacing that has at
    most `MAX_PATCHES`, which bounds the time.

    Args:
        dictionary: the model.
        image: `(..., height, width)`, intensities in [0, 1].
        sigma: noise level, of 255, whose parameters are taken.
        callback: called with the share of the patches that are done, up to 1.

    Raises:
        ReconError: when the image is smaller than a patch, or the dictionary has neither mode's parameters.
    """
    modes = ("full", "unrolled")
    tuned = next(filter(None, (dictionary.tuned_for("denoise", mode, sigma) for mode in modes)), None)
    if tuned is None:
        raise ReconError(
            f"{dictionary.name} has no lam tuned for full or unrolled, with which usage could be measured", 2
        )
    size = dictionary.patch_size
    height, width = image.shape[-2:]
    if min(height, width) < size:
        raise ReconError(f"the image has {height} x {width} pixels, smaller than a patch of {size} x {size}")
    pixels = torch.from_numpy(np.ascontiguousarray(image, np.float32)).reshape(-1, height, width)
    patches = _spaced_patches(pixels, size)
    coder = ExactCoder(dictionary.atoms.detach().cpu(), dictionary.thresholds(tuned.lam, sigma), _TOLERANCE)
    active = torch.zeros(dictionary.atoms.shape[1], dtype=torch.float64)
    total = torch.zeros_like(active)
    done, count = 0, patches.shape[1]
    with torch.inference_mode():
        for block in patches.split(_BLOCK, dim=1):
            state = block.new_zeros(len(active), block.shape[1])
            coder.advance(block - block.mean(0), state)
            codes = shrink(state, coder.threshold)
            active += codes.count_nonzero(1)
            total += codes.abs().sum(1, dtype=torch.float64)
            done += block.shape[1]
            if callback:
                callback(done / count)
    return Usage((active / count).numpy(), (total / count).numpy(), count, tuned.lam)


def _spaced_patches(planes: Tensor, size: int) -> Tensor:
    rows, cols = (length - size + 1 for length in planes.shape[1:])
    spacing = 1
    while len(planes) * -(-rows // spacing) * -(-cols // spacing) > MAX_PATCHES and spacing < max(rows, cols):
        spacing += 1
    windows = planes.unfold(1, size, spacing).unfold(2, size, spacing)
    return windows.permute(3, 4, 0, 1, 2).reshape(size * size, -1)

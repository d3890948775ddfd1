"""What the tests of the engine share: small random problems, operator checks and slow references."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from recon_cli.engine.domain import Box, Domain, UnitDisc, to_images
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import CoilMaps, Crop, Fourier, Identity, LinearOperator
from recon_cli.engine.operators.fourier import Origin
from recon_cli.engine.patches.grid import Boundary
from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant
from recon_cli.engine.priors.dictionary.solution import PatchSolution
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.models.dictionary import normalise
from recon_cli.models.ridge import Ridge, Strength

VARIANTS: tuple[Variant, ...] = ("mean-free", "fixed-mean")
OPERATORS = ("identity", "crop")
MRI = ("fourier real", "fourier complex", "sense real", "sense complex")
HOLLOW = ("hollow sense real", "hollow sense complex")
"""With pixels that no coil reaches."""
CASES: list[tuple[Variant, str]] = [
    *((variant, operator) for variant in VARIANTS for operator in OPERATORS),
    *(("mean-free", operator) for operator in MRI),  # type: ignore[list-item]
    ("fixed-mean", "sense complex"),
    ("mean-free", "hollow sense real"),
]
"""Kinds of problems for the tests that take longer."""


def generator(seed: int) -> torch.Generator:
    """Return a seeded source of random numbers."""
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    """Return standard normal numbers, the same for every dtype."""
    return torch.randn(*shape, generator=generator(seed), dtype=torch.float64).to(dtype)


def random_dictionary(
    size: int, atoms: int, seed: int = 0, dtype: torch.dtype = torch.float64, decay: float = 1.0
) -> Tensor:
    """Return a dictionary of the constraint set, `(size**2, atoms)`.

    With a decay below 1 the singular values fall by about this factor from one to the next, as steeply
    as those of a learned dictionary.
    """
    raw = normal(size**2, atoms, seed=seed)
    if decay < 1:
        left, values, right = torch.linalg.svd(raw, full_matrices=False)
        raw = left * decay ** torch.arange(len(values), dtype=raw.dtype) @ right
    return normalise(raw).to(dtype)


def smoothed_variation() -> Ridge:
    """Return a regulariser like total variation: two filters of 3 x 3 pixels, differences of neighbours."""
    kernels = torch.zeros(2, 3, 3)
    kernels[0, 1, 0], kernels[0, 1, 1] = 0.5, -0.5
    kernels[1, 0, 1], kernels[1, 1, 1] = 0.5, -0.5
    rises, spacings = torch.full((2, 2), 0.01), torch.full((2,), 0.01)
    return Ridge(kernels, rises, spacings, 25, {"denoise": Strength(8.0, 1.0), "mri": Strength(0.6, 1.0)})


def random_images(
    batch: int,
    height: int,
    width: int,
    seed: int = 0,
    contrast: float = 0.3,
    dtype: torch.dtype = torch.float64,
) -> Tensor:
    """Return smooth waves plus a little noise around 0.5; a large contrast leaves [0, 1] in many pixels."""
    rows = torch.linspace(0, 5, height, dtype=torch.float64)[:, None]
    cols = torch.linspace(0, 4, width, dtype=torch.float64)[None, :]
    phase = 3 * normal(batch, 1, 1, seed=seed)
    waves = torch.sin(rows + phase) * torch.cos(1.3 * cols - phase) + torch.sign(torch.sin(2 * rows - cols))
    noise = 0.2 * normal(batch, height, width, seed=seed + 1)
    return (0.5 + contrast * (0.5 * waves + noise)).to(dtype)


def complex_normal(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    """Return complex numbers whose parts are standard normal, of a real dtype's precision."""
    return torch.complex(normal(*shape, seed=seed, dtype=dtype), normal(*shape, seed=seed + 100, dtype=dtype))


def random_mask(height: int, width: int, origin: Origin = "centered", seed: int = 0) -> Tensor:
    """Return a random mask of about half of the samples, with the middle of k-space among them."""
    taken = torch.rand(height, width, generator=generator(seed)) < 0.5
    taken[height // 2 - 1 : height // 2 + 2, width // 2 - 1 : width // 2 + 2] = True
    return torch.fft.ifftshift(taken) if origin == "uncentered" else taken


def random_maps(
    coils: int, height: int, width: int, seed: int = 0, dtype: torch.dtype = torch.complex128
) -> Tensor:
    """Return smooth complex coil maps whose squared magnitudes sum to between about 0.3 and 1."""
    coarse = torch.complex(normal(coils, 1, 3, 3, seed=seed), normal(coils, 1, 3, 3, seed=seed + 1))
    parts = (
        torch.nn.functional.interpolate(part, (height, width), mode="bilinear", align_corners=True)
        for part in (coarse.real, coarse.imag)
    )
    maps = torch.complex(*parts)[:, 0]
    power = maps.abs().square().sum(0).sqrt()
    return (maps / power * torch.linspace(0.55, 1, width, dtype=torch.float64)).to(dtype)


def make_operator(
    name: str, height: int, width: int, margin: int = 2, dtype: torch.dtype = torch.float64
) -> LinearOperator:
    """Return the operator `identity`, `crop` or one of MRI, for data of the given shape."""
    if name in OPERATORS:
        return Identity((height, width)) if name == "identity" else Crop((height, width), margin)
    sampling = Fourier(random_mask(height, width))
    if name.startswith("fourier"):
        return sampling
    maps = random_maps(3, height, width, dtype=dtype.to_complex())
    if name.startswith("hollow"):
        maps[:, :3, : width // 2] = maps[:, height // 2, width - 2 :] = 0
    return sampling @ CoilMaps(maps)


def set_of(name: str, operator: LinearOperator) -> Domain:
    """Return the set C that images of an operator of `make_operator` lie in."""
    support = operator.seen() if name in HOLLOW else None
    return UnitDisc(support) if name.endswith("complex") else Box(support)


def measure(name: str, images: Tensor, seed: int = 0, phase: float = 1.5, noise: float = 0.02) -> Measurement:
    """Return the images themselves, or what MRI measures of them, with noise and where complex a phase."""
    height, width = images.shape[1:]
    operator = make_operator(name, height, width, dtype=images.dtype)
    domain = set_of(name, operator)
    if name in OPERATORS:
        return Measurement(operator, images, domain)
    if domain.parts == 2:
        waves = phase * random_images(*images.shape, seed=seed + 20, contrast=1.0).to(images)
        images = torch.polar(torch.ones_like(images), waves) * images
    samples = operator.forward(images)
    error = noise * torch.complex(*normal(2, *samples.shape, seed=seed + 30, dtype=samples.real.dtype))
    return Measurement(operator, samples + error * random_mask(height, width), domain)


def random_problem(
    variant: Variant = "mean-free",
    operator: str = "identity",
    *,
    batch: int = 1,
    shape: tuple[int, int] = (11, 13),
    size: int = 4,
    atoms: int = 20,
    beta: float = 0.7,
    lam: float = 0.01,
    contrast: float = 0.6,
    seed: int = 0,
    decay: float = 1.0,
    spread: float = 0.0,
    dtype: torch.dtype = torch.float64,
    stride: int = 1,
    boundary: Boundary = "inside",
) -> PatchProblem:
    """Return a small problem with random atoms, whose penalties differ by up to `spread` from lam."""
    images = random_images(batch, *shape, seed=seed, contrast=contrast, dtype=dtype)
    return PatchProblem.create(
        measure(operator, images, seed),
        random_dictionary(size, atoms, seed, dtype, decay),
        beta,
        lam * torch.linspace(1 - spread, 1 + spread, atoms, dtype=torch.float64),
        variant,
        stride,
        boundary,
    )


@lru_cache
def solved(variant: Variant, operator: str, contrast: float = 0.6) -> tuple[PatchProblem, PatchSolution]:
    """Return the problem of these parameters and its minimum, certified to 1e-6 or less; tests share them."""
    problem = random_problem(variant, operator, contrast=contrast)
    return problem, joint_admm(problem, tolerance=1e-6 if operator in MRI else 1e-7)


def random_iterate(problem: PatchProblem, seed: int = 0, level: float = 0.1) -> tuple[Tensor, Codes]:
    """Return an image of the domain and sparse codes, unrelated to the problem's minimum."""
    image = random_images(*problem.start.shape, seed=seed + 50, dtype=problem.start.dtype)
    image = problem.measurement.domain.project(image if problem.measurement.parts == 1 else 2 * image - 1)
    codes = normal(problem.dictionary.shape[1], problem.grid.columns, seed=seed + 60, dtype=image.dtype)
    return image, Codes(torch.nn.functional.softshrink(level * codes, level))


def weighted(problem: PatchProblem, seed: int = 0) -> PatchProblem:
    """Return the problem with weights between 1/4 and 4 for the penalties."""
    powers = normal(problem.dictionary.shape[1], problem.grid.columns, seed=seed + 70)
    return replace(problem, weights=(2 ** powers.clamp(-2, 2)).to(problem.start))


def planes_of(problem: PatchProblem, index: int) -> slice:
    """Return where the planes of an image of a batch stand."""
    return slice(index * problem.measurement.parts, (index + 1) * problem.measurement.parts)


def with_data(problem: PatchProblem, data: Tensor) -> PatchProblem:
    """Return the problem with other data."""
    variant: Variant = "mean-free" if problem.means is None else "fixed-mean"
    measurement, kind = replace(problem.measurement, data=data), (problem.grid.stride, problem.grid.boundary)
    return PatchProblem.create(measurement, problem.dictionary, problem.beta, problem.lam, variant, *kind)


def problem_of_image(problem: PatchProblem, index: int) -> PatchProblem:
    """Return the problem of a single image of a batch."""
    return with_data(problem, problem.measurement.data[index : index + 1])


def held_share(problem: PatchProblem, x: Tensor) -> float:
    """Return the share of pixels at the boundary of the domain, of those that may differ from zero."""
    domain = problem.measurement.domain
    if domain.support is not None:
        x = x[:, domain.support][:, None]
    if domain.parts == 1:
        return float(((x <= 0) | (x >= 1)).double().mean())
    return float((to_images(x, 2).abs() > 1 - 1e-6).double().mean())


def assert_in_domain(problem: PatchProblem, x: Tensor) -> None:
    """Check that an image does not leave the domain by more than rounding."""
    torch.testing.assert_close(
        problem.measurement.domain.project(x), x, rtol=4 * torch.finfo(x.dtype).eps, atol=0
    )


def relative(value: Tensor, reference: Tensor) -> float:
    """Return `|value - reference| / |reference|` after checking the shapes."""
    assert value.shape == reference.shape
    wide = torch.complex128 if reference.is_complex() else torch.float64
    value, reference = value.to(wide), reference.to(wide)
    return float((value - reference).norm() / reference.norm())


def assert_adjoint(
    forward: Callable[[Tensor], Tensor],
    adjoint: Callable[[Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    tolerance: float = 1e-12,
) -> None:
    """Check shapes, then `<forward x, y> = <x, adjoint y>`, for complex data with the real part of both."""
    image, back = forward(x), adjoint(y)
    assert image.shape == y.shape
    assert back.shape == x.shape
    left, right = (float((u.conj() * v).real.sum()) for u, v in ((image, y), (x, back)))
    assert abs(left - right) <= tolerance * float(image.norm() * y.norm())


def assert_linear(
    forward: Callable[[Tensor], Tensor], x: Tensor, z: Tensor, tolerance: float = 1e-12
) -> None:
    """Check that a map is linear and not zero."""
    together = forward(2.5 * x - 0.75 * z)
    assert float(together.norm()) > 0
    assert relative(2.5 * forward(x) - 0.75 * forward(z), together) <= tolerance


def places_slowly(like: Tensor, size: int, stride: int = 1, boundary: Boundary = "inside") -> Tensor:
    """Return where the pixels of every patch lie among all of a batch, `(size**2, columns)`, by a loop."""
    batch, height, width = like.shape
    reach = 0 if boundary == "periodic" else size - 1
    offsets = torch.arange(size)
    places = [
        b * height * width + ((i + offsets) % height)[:, None] * width + (j + offsets) % width
        for b in range(batch)
        for i in range(0, height - reach, stride)
        for j in range(0, width - reach, stride)
    ]
    return torch.stack([place.flatten() for place in places], 1)


def patches_slowly(x: Tensor, size: int, stride: int = 1, boundary: Boundary = "inside") -> Tensor:
    """Cut out every patch, `(batch, height, width)` to `(size**2, columns)`, float64."""
    return x.double().flatten()[places_slowly(x, size, stride, boundary)]


def fold_slowly(patches: Tensor, like: Tensor, stride: int = 1, boundary: Boundary = "inside") -> Tensor:
    """Add every patch to its place in an image of zeros, float64."""
    places = places_slowly(like, round(patches.shape[0] ** 0.5), stride, boundary)
    assert patches.shape == places.shape
    out = like.new_zeros(like.numel(), dtype=torch.float64)
    return out.index_add_(0, places.flatten(), patches.double().flatten()).view(like.shape)


def centred_slowly(problem: PatchProblem, x: Tensor) -> Tensor:
    """Return `P~k x` or `P_k x - m_k` of every patch, `(size**2, columns)`, float64."""
    grid = problem.grid
    kind = (grid.size, grid.stride, grid.boundary)
    patches = patches_slowly(x, *kind)
    if problem.means is None:
        return patches - patches.mean(0)
    return patches - patches_slowly(problem.measurement.start(), *kind).mean(0)


def overlap_matrix(
    height: int, width: int, size: int, weight: Tensor, stride: int = 1, boundary: Boundary = "inside"
) -> Tensor:
    """Return `sum_k P_k' W P_k` of one image as a dense matrix, `(pixels, pixels)`, float64."""
    out = torch.zeros(height * width, height * width, dtype=torch.float64)
    for place in places_slowly(torch.empty(1, height, width), size, stride, boundary).T:
        out[place[:, None], place] += weight.double()
    return out


def dense(apply: Callable[[Tensor], Tensor], parts: int, height: int, width: int) -> Tensor:
    """Return a map of images as a real matrix, `(planes * pixels, planes * pixels)` of one image."""
    unknowns = parts * height * width
    units = torch.eye(unknowns, dtype=torch.float64).view(-1, height, width)
    return apply(units).reshape(unknowns, unknowns).T


def image_system(problem: PatchProblem) -> Tensor:
    """Return `H'H + beta sum_k P~k' P~k` of one image as a dense matrix of all its planes, float64."""
    height, width, size = problem.grid.height, problem.grid.width, problem.grid.size
    parts = problem.measurement.parts
    weight = torch.eye(size**2, dtype=torch.float64)
    if problem.means is None:
        weight -= 1 / size**2
    overlap = torch.block_diag(*[overlap_matrix(height, width, size, weight)] * parts)
    return dense(problem.measurement.normal, parts, height, width) + problem.beta * overlap


def sparse_codes_slowly(
    dictionary: Tensor, patches: Tensor, lam: float | Tensor, sweeps: int = 2000
) -> Tensor:
    """Minimise `1/2 |v - D a|^2 + sum_j lam_j |a_j|` by cyclic coordinate descent in float64."""
    atoms, residual = dictionary.double().numpy(), patches.double().numpy().copy()
    codes = np.zeros((atoms.shape[1], residual.shape[1]))
    energy = (atoms**2).sum(0)
    levels = torch.as_tensor(lam, dtype=torch.float64).flatten().expand(len(energy)).numpy()
    for _ in range(sweeps):
        moved = 0.0
        for j, atom in enumerate(atoms.T):
            wanted = codes[j] + atom @ residual / energy[j]
            new = np.sign(wanted) * np.maximum(np.abs(wanted) - levels[j] / energy[j], 0)
            residual -= np.outer(atom, new - codes[j])
            moved = max(moved, np.abs(new - codes[j]).max())
            codes[j] = new
        if moved < 1e-13:
            break
    return torch.from_numpy(codes)


def sparse_value(dictionary: Tensor, patches: Tensor, codes: Tensor, lam: float) -> float:
    """Return `sum_k 1/2 |v_k - D a_k|^2 + lam |a_k|_1` in float64."""
    residual = patches.double() - dictionary.double() @ codes.double()
    return float(0.5 * residual.square().sum() + lam * codes.double().abs().sum())


def objective_slowly(problem: PatchProblem, x: Tensor, codes: Tensor) -> Tensor:
    """Evaluate J term by term in float64, `(batch,)`."""
    residual = centred_slowly(problem, x) - problem.dictionary.double() @ codes.double()
    measurement = problem.measurement
    batch = measurement.data.shape[0]
    patches = 0.5 * residual.square().sum(0).view(batch, -1).sum(1)
    penalty = (problem.levels(problem.grid.whole) * codes.double().abs()).sum(0).view(batch, -1).sum(1)
    error = measurement.forward(x.double()) - measurement.data
    data = 0.5 * (error.real.double().square() + (error.imag.double().square() if error.is_complex() else 0))
    data = data.flatten(1).sum(1)
    return data + problem.beta * (patches + penalty)

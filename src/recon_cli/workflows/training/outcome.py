"""What a training ends with: saving it, and tuning it for use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...models.dictionary import Dictionary, save_dictionary
from ...models.ridge import Ridge, save_ridge
from ...models.tuned import Level, Tuned
from ...modes import Mode, strengths_mode
from ...priors.dictionary import DictionaryPrior
from ...priors.ridge import RidgePrior
from ..calibrate import calibrate, climbing_solver
from ..tune.denoising import denoising_cases
from .validation import middles

if TYPE_CHECKING:
    from ...device import Device
    from .validation import Pair

Learned = Dictionary | Ridge
_MODES: tuple[Mode, ...] = ("unrolled", "early-stop", "settled")
_TUNING_SIDE = 64
"""Of the middles that every mode of a dictionary is tuned on."""


def save(path: Path, learned: Learned) -> None:
    """Write what was learned.

    Raises:
        ReconError: when the place cannot be written.
    """
    if isinstance(learned, Ridge):
        save_ridge(path, learned)
    else:
        save_dictionary(path, learned)


def tuned(learned: Learned, pairs: Sequence[Pair], device: Device, say: Callable[[str], None]) -> Learned:
    """Return it with the parameters that do best on the validation images.

    Args:
        learned: of a training.
        pairs: middles of the validation images, at each noise level that was trained.
        device: of the computation.
        say: called with a sentence on what was found.
    """
    if isinstance(learned, Ridge):
        return _tuned_ridge(learned, pairs[0], device, say)
    prior = DictionaryPrior(learned)
    found: dict[str, list[Level[Tuned]]] = {strengths_mode(mode): [] for mode in _MODES}
    for pair in pairs:
        side = min(_TUNING_SIDE, pair.clean.shape[1])
        clean, noisy = (middles(list(images.numpy()), side) for images in (pair.clean, pair.noisy))
        cases = denoising_cases(list(noisy), list(clean), pair.sigma, "psnr")
        for mode in _MODES:
            start = prior.usual("denoise", pair.sigma, mode)
            best, score = calibrate(cases, prior, climbing_solver(prior, mode, device), start)
            place = f" at sigma {pair.sigma:g}" if len(pairs) > 1 else ""
            say(f"tuned {mode}{place}: beta {best.beta:.3g}, lam {best.lam:.3g}, {score:.2f} dB")
            found[strengths_mode(mode)].append(Level(pair.sigma, best, score))
    if len(pairs) > 1:
        return replace(learned, levels={mode: tuple(levels) for mode, levels in found.items()})
    return replace(learned, tuned={("denoise", mode): level.tuned for mode, (level,) in found.items()})


def _tuned_ridge(ridge: Ridge, pair: Pair, device: Device, say: Callable[[str], None]) -> Ridge:
    prior = RidgePrior(ridge)
    cases = denoising_cases(list(pair.noisy.numpy()), list(pair.clean.numpy()), ridge.sigma, "psnr")
    start = prior.usual("denoise", ridge.sigma, "full")
    best, score = calibrate(cases, prior, climbing_solver(prior, device=device), start)
    say(f"tuned: lam {best.lam:.3g}, mu {best.mu:.3g}, {score:.2f} dB")
    return replace(ridge, tuned=ridge.tuned | {"denoise": best})

"""Which dictionary and parameters an image is denoised with."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ...models.registry import find_dictionary
from .denoise import DenoiseOptions, choose_parameters

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary

_KEPT = 4


class Chooser:
    """Gives the dictionary and the completed options for a noise level; the last few are kept."""

    def __init__(self, options: DenoiseOptions, model: str | None = None) -> None:
        """Take the options that hold for all levels.

        Args:
            options: beta, lam and tolerance may be open.
            model: a bundled name or a dictionary file; None takes the best bundled one of each level.
        """
        self._options, self._model = options, model
        # of thousands of files each may have a level of its own
        self._kept = lru_cache(maxsize=_KEPT)(self._look_for)

    def __call__(self, sigma: float) -> tuple[Dictionary, DenoiseOptions]:
        """Return what suits a noise level, of 255.

        Raises:
            ReconError: when there is no such dictionary, or no parameters are known.
        """
        return self._kept(sigma)

    def _look_for(self, sigma: float) -> tuple[Dictionary, DenoiseOptions]:
        options = self._options
        dictionary = find_dictionary(self._model, sigma, options.mode)
        chosen = choose_parameters(dictionary, sigma, options)
        return dictionary, replace(options, beta=chosen.beta, lam=chosen.lam, tolerance=chosen.tol)

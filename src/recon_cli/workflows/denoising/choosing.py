"""Which dictionary and parameters an image is denoised with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...models.registry import find_dictionary
from .denoise import DenoiseOptions, choose_parameters

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary


class Chooser:
    """Gives the dictionary and the completed options for a noise level; each is looked for once."""

    def __init__(self, options: DenoiseOptions, model: str | None = None) -> None:
        """Take the options that hold for all levels.

        Args:
            options: beta, lam and tolerance may be open.
            model: a bundled name or a dictionary file; None takes the best bundled one of each level.
        """
        self._options, self._model = options, model
        self._known: dict[float, tuple[Dictionary, DenoiseOptions]] = {}

    def __call__(self, sigma: float) -> tuple[Dictionary, DenoiseOptions]:
        """Return what suits a noise level, of 255.

        Raises:
            ReconError: when there is no such dictionary, or no parameters are known.
        """
        if sigma not in self._known:
            options = self._options
            dictionary = find_dictionary(self._model, sigma, options.mode)
            chosen = choose_parameters(dictionary, sigma, options)
            self._known[sigma] = (
                dictionary,
                replace(options, beta=chosen.beta, lam=chosen.lam, tolerance=chosen.tol),
            )
        return self._known[sigma]

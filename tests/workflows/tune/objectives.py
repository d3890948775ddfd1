from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from skimage import data

from recon_cli.models.dictionary import Dictionary
from recon_cli.models.registry import find_dictionary
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.priors.prior import Prior
from recon_cli.workflows.tune.criteria import CRITERIA
from recon_cli.workflows.tune.denoising import add_noise, denoising_cases
from recon_cli.workflows.tune.evaluation import Objective, search_solver


@lru_cache
def dictionary() -> Dictionary:
    return find_dictionary("sigma25-mean-free", 25)


def photograph(side: int = 32) -> NDArray[np.float32]:
    """A part of a photograph in [0, 1]."""
    return data.camera()[60 : 60 + side, 200 : 200 + side].astype(np.float32) / np.float32(255)


def model() -> DictionaryPrior:
    return DictionaryPrior(dictionary())


def denoising(criterion: str = "psnr", side: int = 20, prior: Prior | None = None, **how: bool) -> Objective:
    """Denoising of a photograph at sigma 25, its clean version known."""
    clean = photograph(side)
    prior = prior or model()
    cases = denoising_cases(add_noise([clean], 25, 0), [clean], 25, criterion)
    return Objective(cases, CRITERIA[criterion], prior, search_solver(prior, "full"), **how)

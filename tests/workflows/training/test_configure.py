from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.errors import ReconError
from recon_cli.files.configuration import read_configuration
from recon_cli.workflows.training.configure import configure


def test_the_defaults_follow_the_noise_level() -> None:
    assert configure({"sigma": 25}).parameters == pytest.approx((1.4, 0.0075))
    assert configure({"sigma": 5}).parameters == pytest.approx((0.2, 0.0015), rel=0.01)
    assert configure({"sigma": 5, "beta": 2.0}).parameters[0] == 2.0


def test_the_learning_rate_suits_the_objective() -> None:
    assert configure({"sigma": 25}).rate(0) == 1e-3
    assert configure({"sigma": 25, "objective": "minimum"}).rate(0) == 1e-2
    assert configure({"sigma": 25, "objective": "minimum", "learning_rate": 0.5}).rate(0) == 0.5


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "sigma: it has to be given"),
        ({"sigma": -1}, "sigma: Input should be greater than 0"),
        ({"sigma": float("nan")}, "sigma: Input should be a finite number"),
        ({"sigma": 25, "batsch": 4}, "batsch: there is no such setting"),
        ({"sigma": 25, "batch": 0}, "batch: Input should be greater than or equal to 1"),
        ({"sigma": 25, "schedule": "linear"}, "schedule: Input should be 'cosine' or 'steps'"),
        ({"sigma": 25, "scales": [1, 2]}, "scales.1: Input should be less than or equal to 1"),
        ({"sigma": 25, "crop_size": 8, "margin": 0}, "a crop of 8 pixels is smaller than a patch of 10"),
        ({"sigma": 25, "decay": 0.5}, "decay: it has a meaning only with schedule steps"),
        (
            {"sigma": 25, "decays": 3, "regulariser": "crr"},
            "decays: it has a meaning only with schedule steps",
        ),
        ({"sigma": 25, "unroll": 3, "objective": "minimum"}, "unroll: it has a meaning only with objective"),
        ({"sigma": 25, "unroll": 3, "regulariser": "crr"}, "unroll: it has a meaning only with objective"),
        (
            {"sigma": 25, "width": 3, "objective": "minimum"},
            "width: it has a meaning only with objective adap",
        ),
        ({"sigma": 25, "dilations": [40], "objective": "adaptive"}, "dilations.0: Input should be less than"),
        ({"sigma": [1, 50]}, "a range of noise levels needs an objective other than unrolled"),
        ({"sigma": [50, 1], "objective": "minimum"}, "the noise levels of a range have to rise"),
        ({"sigma": [1, -5], "objective": "minimum"}, "sigma: "),
        ({"sigma": [1, 50], "objective": "minimum", "lam": 1e-3}, "beta and lam are learned"),
        ({"sigma": [1, 50], "regulariser": "crr"}, "sigma: Input should be a valid number"),
        ({"sigma": 25, "margin": 32}, "a margin of 32 leaves nothing of a crop of 64"),
    ],
)
def test_a_wrong_value_is_one_sentence(values: dict[str, object], said: str) -> None:
    with pytest.raises(ReconError) as told:
        configure(values)
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert "Value error" not in str(told.value)
    assert told.value.exit_code == 2


def test_a_file_holds_the_same_settings(tmp_path: Path) -> None:
    place = tmp_path / "train.toml"
    place.write_text('sigma = 25\nvariant = "fixed-mean"\nscales = [1.0, 0.5]\n')
    configuration = configure(read_configuration(place))
    assert (configuration.variant, configuration.scales) == ("fixed-mean", (1.0, 0.5))
    assert configure(configuration.resolved()) == configure(configuration.resolved() | {"sigma": 25.0})


@given(low=st.floats(0.5, 10), ratio=st.floats(1.01, 100))
def test_the_levels_of_a_range_rise_from_end_to_end(low: float, ratio: float) -> None:
    low = float(f"{low:.4g}")
    configuration = configure({"sigma": (low, low * ratio), "objective": "minimum"})
    levels = configuration.levels
    assert (levels[0], levels[-1]) == (low, low * ratio)
    assert all(0 < math.log(high / low) < 1.02 for low, high in itertools.pairwise(levels))
    assert configure(configuration.resolved()).levels == levels


@given(steps=st.integers(1, 500), decays=st.integers(1, 20))
def test_the_learning_rate_only_falls(steps: int, decays: int) -> None:
    for schedule in ({"schedule": "cosine"}, {"schedule": "steps", "decays": decays}):
        configuration = configure({"sigma": 5, "train_steps": steps, "learning_rate": 0.1} | schedule)
        rates = [configuration.rate(step) for step in range(steps)]
        assert rates[0] == pytest.approx(0.1)
        assert all(0 < after <= before for before, after in itertools.pairwise(rates))


def test_the_steps_of_the_schedule_are_those_of_the_paper() -> None:
    configuration = configure(
        {"sigma": 5, "train_steps": 1100, "schedule": "steps", "decay": 0.5, "decays": 10}
    )
    rates = [configuration.rate(step) / 1e-3 for step in range(1100)]
    assert sorted(set(rates), reverse=True) == pytest.approx([0.5**k for k in range(11)])
    assert rates.count(rates[0]) == 100


def test_what_only_a_network_has_is_kept_with_one_only() -> None:
    kept = [configure({"sigma": 25, "objective": each}).resolved() for each in ("adaptive", "reweighted")]
    assert set(kept[0]) - set(kept[1]) == {"width", "dilations", "tasks"}

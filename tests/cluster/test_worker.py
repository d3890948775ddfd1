from __future__ import annotations

from pathlib import Path

from recon_cli import __version__
from recon_cli.cluster.worker import View, trouble_of


def test_a_worker_has_to_see_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "mark").write_text("12345")
    assert trouble_of(View(__version__, "mark", 5), str(tmp_path), "tcp://w") is None
    assert trouble_of(View(__version__, None, 0), str(tmp_path), "tcp://w") is None
    for view in (View(__version__, "mark", 6), View(__version__, "none", 5)):
        trouble = trouble_of(view, str(tmp_path), "tcp://w")
        assert str(trouble).startswith(
            f"the worker tcp://w does not see {tmp_path}/{view.mark} as it is here"
        )
    other = trouble_of(View("9.9", None, 0), str(tmp_path), "tcp://w")
    assert str(other).endswith("and here it is 9.9; install the same version")

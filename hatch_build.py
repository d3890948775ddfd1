"""Compiles the kernels for CPUs when a wheel or an editable installation is made.

Without a C compiler the package is installed without them, and does the same in tensor operations, slower; so
it is where the environment has `RECON_NATIVE=0`, which makes the wheel for all systems.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("src/recon_cli/engine/native")
FLAGS = ("-O3", "-fPIC", "-shared", "-fno-trapping-math", "-fno-math-errno")


class KernelBuildHook(BuildHookInterface):
    """Builds `kernels.so` beside its source."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add the library to what is installed."""
        folder = Path(self.root) / FOLDER
        library = folder / "kernels.so"
        compiler = os.environ.get("CC") or shutil.which("cc")
        library.unlink(missing_ok=True)
        wanted = self.target_name == "wheel" and os.environ.get("RECON_NATIVE") != "0"
        if not wanted or not compiler or os.name != "posix":
            return
        command = [*compiler.split(), *FLAGS, str(folder / "kernels.c"), "-o", str(library), "-lm"]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"the kernels were not compiled: {getattr(error, 'stderr', error)}")
            return
        build_data["artifacts"].append(str(FOLDER / "kernels.so"))
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"

"""What `recon tune` is asked to work on."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..arguments import positive
from ..errors import ReconError
from ..modes import Mode
from ..tasks import TaskName
from .options import Device, Origin, Ratio
from .tomography import Center, Dark, Flat

if TYPE_CHECKING:
    from ..workflows.images.camera import Camera
    from ..workflows.tomography.study import Asked

_EXAMPLES = {"denoise": 25.0, "deconvolve": 2.0, "inpaint": 5.0, "upscale": 1.0}
"""Noise levels of the examples, in 8-bit grey levels, of tasks whose images need one."""
_SEEN = ("psf", "factor", "kernel", "align", "missing", "angles", "center", "flat", "dark")
"""Options of what cameras and scans see."""


@dataclass(frozen=True, eq=False, repr=False)
class TuneOptions:
    """Options of what is tuned, by the names that they have on the command line."""

    task: Annotated[TaskName, typer.Option(help="What is tuned, by the name of its command.")] = "denoise"
    sigma: Annotated[
        str | None,
        typer.Option(
            help="Noise level in 8-bit grey levels, in tomography as of recon tomography; in MRI the "
            "level of k-space, for the criteria discrepancy and holdout, which estimate it where it is "
            "not given."
        ),
    ] = None
    mode: Annotated[
        Mode,
        typer.Option(help="Mode whose parameters are tuned; those of settled and full are the same."),
    ] = "settled"
    criterion: Annotated[
        Literal["psnr", "ssim", "sure", "discrepancy", "holdout"] | None,
        typer.Option(
            help="What is optimised: psnr and ssim need clean images, from which data are simulated "
            "where no --reference is given; the other criteria need none, and sure is for all tasks but "
            "mri; default psnr, in MRI without a reference holdout."
        ),
    ] = None
    mask: Annotated[
        str | None,
        typer.Option(
            help="In MRI a mask file, or radial, cartesian, random to undersample; for inpaint an "
            "image file that is black where pixels are missing."
        ),
    ] = None
    ratio: Ratio = 0.3
    seed: Annotated[
        int, typer.Option(min=0, help="Seed of all random numbers: noise, mask, SURE, hold-out.")
    ] = 0
    maps: Annotated[str | None, typer.Option(help="Coil maps of k-space, as of recon mri.")] = None
    image: Annotated[
        Literal["auto", "real", "complex"], typer.Option(help="Pixels of MRI's image, as of recon mri.")
    ] = "auto"
    fft: Annotated[
        Origin,
        typer.Option(help="Origin of image and k-space, as in recon mri."),
    ] = "centered"
    axes: Annotated[
        str | None, typer.Option(help="One letter for each axis of k-space, as of recon mri.")
    ] = None
    variable: Annotated[
        str | None, typer.Option(help="Name of k-space in a file of several arrays, as of recon mri.")
    ] = None
    trajectory: Annotated[
        Path | None, typer.Option(help="File of the trajectory of readouts, as of recon mri.")
    ] = None
    coils: Annotated[
        int | None, typer.Option(min=1, help="Largest number of virtual coils, as of recon mri.")
    ] = None
    scale: Annotated[
        float | None, typer.Option(help="Factor that k-space is multiplied by, as of recon mri.")
    ] = None
    device: Device = "auto"
    psf: Annotated[str | None, typer.Option(help="With --task deconvolve, as of recon deconvolve.")] = None
    factor: Annotated[
        int | None, typer.Option(min=2, max=4, help="With --task upscale, as of recon upscale.")
    ] = None
    kernel: Annotated[str | None, typer.Option(help="With --task upscale, as of recon upscale.")] = None
    align: Annotated[
        Literal["middle", "corner"], typer.Option(help="With --task upscale, as of recon upscale.")
    ] = "middle"
    missing: Annotated[
        float,
        typer.Option(
            min=0.01, max=0.99, help="With --task inpaint and clean images: share of the pixels without data."
        ),
    ] = 0.5
    angles: Annotated[str | None, typer.Option(help="With --task tomography, as of recon tomography.")] = None
    center: Center = None
    flat: Flat = None
    dark: Dark = None

    @property
    def level(self) -> float | None:
        """The noise level, in 8-bit grey levels, that of the examples included; None of projections.

        Raises:
            ReconError: when it is no number.
        """
        if self.task == "tomography":
            return None
        if self.sigma is None:
            return _EXAMPLES.get(self.task)
        try:
            return float(self.sigma)
        except ValueError:
            raise ReconError(f"--sigma takes a number, as 25, and is {self.sigma}", 2) from None

    def settings(self) -> dict[str, Any]:
        """Return what decides the evaluations besides the images, as plain JSON values."""
        fields = {name: str(x) if isinstance(x, Path) else x for name, x in vars(self).items()}
        common = {name: fields[name] for name in ("task", "mode", "seed", "fft", "axes", "scale")}
        if self.task == "mri":
            common |= {name: fields[name] for name in ("image", "coils")}
        seen = {"seen": {name: fields[name] for name in _SEEN}, "given": self.sigma}
        return common | {"sigma": self.level} | ({} if self.task in ("denoise", "mri") else seen)

    @property
    def files(self) -> tuple[Path | str | None, ...]:
        """What is read of them; words that name no file do no harm."""
        return self.psf, self.kernel, self.angles, self.flat, self.dark, self.maps, self.trajectory

    def camera(self) -> "Camera":
        """Return the camera of the task.

        Raises:
            ReconError: when the option that says what it does was not given.
        """
        from ..workflows.images.inpainting import HollowCamera
        from ..workflows.images.kernel_names import blurring, coarsening

        if self.task == "inpaint":
            return HollowCamera()
        if self.task == "deconvolve":
            if self.psf is None:
                raise ReconError("give the point spread function, as --psf gaussian:1.6", 2)
            return blurring(self.psf)
        if self.factor is None:
            raise ReconError("give --factor, the pixels of the result for one of the image", 2)
        return coarsening(self.factor, self.kernel, self.align)

    def asked(self, sigma: str | None) -> "Asked":
        """Return what is said of a scan.

        Raises:
            ReconError: when the angles are missing, or a word is not understood.
        """
        from ..workflows.tomography.angles import named_angles
        from ..workflows.tomography.files import asked_of

        if self.angles is None:
            raise ReconError("give the angles of the projections, as --angles 0:180:1", 2)
        return asked_of(named_angles(self.angles), self.center, sigma or "auto", False, None)


@dataclass(frozen=True)
class Inputs:
    """What is tuned on.

    Attributes:
        images: images or k-space; none takes the examples.
        references: clean images, as many, or none.
        options: of the command.
    """

    images: tuple[Path, ...]
    references: tuple[Path, ...]
    options: TuneOptions

    def __post_init__(self) -> None:
        """Raise a ReconError for what does not go together."""
        from ..workflows.tune.criteria import check_criterion

        task, level = self.options.task, self.options.level
        if self.options.criterion:
            check_criterion(self.options.criterion, task)
        if self.references and len(self.references) != len(self.images):
            raise ReconError(
                f"there are {len(self.images)} images and {len(self.references)} references; give "
                "--reference once for each image",
                2,
            )
        if task == "mri" and not self.images:
            raise ReconError("give the k-space files to tune MRI on", 2)
        if task in _EXAMPLES and self.images and self.options.sigma is None:
            raise ReconError(f"give the noise level of the images, as --sigma {_EXAMPLES[task]:g}", 2)
        if level is not None:
            positive("--sigma", level)

    @property
    def is_clean(self) -> bool:
        """Whether the images count as clean, so that data of them are simulated."""
        options = self.options
        return options.task != "mri" and options.criterion in (None, "psnr", "ssim") and not self.references

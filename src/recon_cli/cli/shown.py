"""What figures show of results; Matplotlib, which they need, takes half a second to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..workflows.data_files import Solved as SolvedData
    from ..workflows.denoising.stages import DenoisedPicture
    from ..workflows.mri.stages import ReconstructedKSpace


def draw_picture(solved: DenoisedPicture) -> Figure:
    """Return the figure of a picture that was solved with one."""
    from ..reporting.denoise_figure import picture_figure

    assert solved.stages is not None
    return picture_figure(solved.stages)


def draw_kspace(solved: ReconstructedKSpace) -> Figure:
    """Return the figure of k-space that was solved with one."""
    from ..reporting.frame_figure import mri_figure

    return mri_figure(solved.compared)


def draw_data(first: str, measured: str, solved: SolvedData) -> Figure:
    """Return the figure of the first, the middle and the last one of the images of a file.

    Args:
        first: name of the image that solvers start from.
        measured: what the data are, which are drawn where they are real planes.
        solved: the images.
    """
    from ..reporting.frame_figure import Frame, frame_figure
    from ..workflows.file_workflow import FilePart, shown_parts

    data, (starts, images, truths) = solved.loaded.shown, solved.compared
    is_plane = data[0].ndim == 2 and data.dtype.kind == "f"
    frames = [
        Frame(
            starts[k],
            images[k],
            (measured, data[k]) if is_plane else None,
            None if truths is None else truths[k],
            FilePart("image", k + 1, len(images)),
        )
        for k in shown_parts(len(images))
    ]
    return frame_figure(first, frames)

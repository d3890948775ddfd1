"""What `recon denoise` does with each file, and the commands that reconstruct pictures of other cameras."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...files.images import read_pictures
from ...files.images.axes import check_axes
from ...files.images.formats import BY_NAME
from ...files.images.write import encode_picture, format_after, format_of, write_picture
from ...files.outputs import check_place
from ...files.streams import read_stdin, write_stdout
from ..file_workflow import FileDescription, FileTask, FileWorkflow, Follow
from .descriptions import describe_picture
from .one_picture import load_picture, solve_picture
from .series import about, choose_series, joined, references_of, with_others
from .settings import PictureSettings
from .stages import DenoisedPicture, LoadedPicture
from .whitening import NoNoiseError


@dataclass(frozen=True)
class FileDenoiser(PictureSettings, FileWorkflow[LoadedPicture, DenoisedPicture]):
    """The settings that hold for all files."""

    noun = "image"

    def check(self) -> None:
        """See `FileWorkflow`."""
        if self.axes is not None:
            check_axes(self.axes)
        if self.noise.level is not None:
            self.prior.prepare("denoise", self.camera.level(self.noise.level), self.solver)

    def read(self, task: FileTask) -> LoadedPicture:
        """See `FileWorkflow`."""
        for place in task.outputs:
            check_place(place, self.overwrite)
        found = read_pictures(task.source) if task.source else read_pictures(read_stdin(), "standard input")
        count = len(found)
        target = format_of(task.target) if task.target else self.format or format_after(found[0])
        several = BY_NAME[target].series and target == found[0].format and self.camera.factor == 1
        chosen = choose_series(found, self.series, None if several else BY_NAME[target])
        loaded: list[LoadedPicture] = []
        for number, clean in zip(chosen, references_of(task.reference, count, chosen), strict=True):
            try:
                loaded.append(load_picture(self, found[number], target, clean))
            except NoNoiseError:
                if not loaded and number == chosen[-1]:
                    raise
        solved = [one.picture.series for one in loaded]
        kept = {k: picture for k, picture in enumerate(found) if several and k not in solved}
        return joined(loaded, kept, count)

    def solve(self, task: FileTask, loaded: LoadedPicture, follow: Follow | None = None) -> DenoisedPicture:
        """See `FileWorkflow`; figure and page show the first image."""
        first, aside = solve_picture(self, task, loaded, follow), replace(task, figure=None, report=None)
        others = (solve_picture(self, aside, each, about(each, follow)) for each in loaded.others)
        return with_others([first, *others], loaded)

    def write(self, task: FileTask, solved: DenoisedPicture) -> None:
        """See `FileWorkflow`."""
        if task.target:
            write_picture(solved.picture, solved.format, task.target)
        else:
            write_stdout(encode_picture(solved.picture, solved.format))

    def describe(self, task: FileTask, solved: DenoisedPicture) -> FileDescription:
        """See `FileWorkflow`."""
        return describe_picture(task, solved)

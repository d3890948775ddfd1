"""The widget: choose a layer, look at a preview, denoise, read the certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from magicgui.widgets import ComboBox, Container, Label, LineEdit, ProgressBar, PushButton, create_widget
from napari.layers import Image
from qtpy.QtWidgets import QSizePolicy

from ...errors import ReconError
from ...models.registry import bundled
from ...modes import Mode
from ...reporting.reconstruction_json import solver_fields
from ...reporting.report import certificate, ending, strengths
from ...workflows.denoising.descriptions import parameters_fields
from .denoising import Denoising
from .layers import Part, in_view, whole

if TYPE_CHECKING:
    import napari.layers
    import napari.viewer

    from ...reconstruction import Reconstruction

AUTO = "auto"
_BEST = "best for the noise level"
_PERCENT = 100


class DenoiseWidget(Container):  # type: ignore[misc]
    """Denoise an image layer by the function `denoise`; the result is a new layer with its certificate."""

    def __init__(self, viewer: napari.viewer.Viewer) -> None:
        """Offer the choices.

        Args:
            viewer: whose layers are denoised.
        """
        self._viewer, self._preview = viewer, None
        self._worker: Denoising | None = None
        self.image = create_widget(annotation=Image, label="image", options={})
        self.sigma = LineEdit(
            label="noise (sigma)",
            value=AUTO,
            tooltip="in 8-bit grey levels: 25 is 25/255 of the range; auto estimates one for all planes, "
            "planes one for each",
        )
        self.value_range = LineEdit(
            label="black, white",
            value=AUTO,
            tooltip="the two intensities that are black and white, as 0, 4095; auto finds them in the data",
        )
        self.model = ComboBox(label="model", choices=(_BEST, *bundled("dictionary")), value=_BEST)
        self.mode = ComboBox(
            label="mode",
            choices=get_args(Mode),
            tooltip="settled ends where the image has settled, full at a certified gap of 1e-3, "
            "unrolled is the fastest",
        )
        self.preview = PushButton(
            text="Preview", tooltip="the visible region, at most 256 x 256 pixels of it"
        )
        self.run = PushButton(text="Denoise", tooltip="the whole layer, plane by plane")
        self.cancel = PushButton(text="Cancel", enabled=False)
        self.progress = ProgressBar(value=0, min=0, max=_PERCENT, visible=True)
        self.said = Label(value="")
        self.said.native.setWordWrap(True)
        buttons = Container(
            widgets=[self.preview, self.run, self.cancel], layout="horizontal", labels=False, label=""
        )
        choices = [self.image, self.sigma, self.value_range, self.model, self.mode]
        super().__init__(widgets=[*choices, buttons, self.progress, self.said])
        # the text takes the width that is there; magicgui would widen the widget
        self.said.native.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.preview.changed.connect(self._on_preview)
        self.run.changed.connect(self._on_run)
        self.cancel.changed.connect(self._on_cancel)
        self.native.destroyed.connect(self._on_cancel)

    def _on_preview(self) -> None:
        self._begin(lambda layer: in_view(layer, self._viewer.dims.point), "preview")

    def _on_run(self) -> None:
        self._begin(whole, "denoised")

    def _on_cancel(self) -> None:
        if self._worker is not None:
            self._worker.quit()

    def _begin(self, choose: Callable[[napari.layers.Image], Part], suffix: str) -> None:
        """Denoise a part of the layer in a thread."""
        if self.image.value is None:
            self.said.value = "Open an image first."
            return
        part = choose(self.image.value)
        worker = Denoising(
            part.pixels,
            _number_or_word(self.sigma.value),
            channel_axis=part.channel_axis,
            value_range=_range(self.value_range.value),
            model=None if self.model.value == _BEST else self.model.value,
            mode=self.mode.value,
        )
        worker.moved.connect(self._show_progress)
        worker.returned.connect(lambda result: self._show_result(part, suffix, result))
        worker.errored.connect(self._show_error)
        worker.finished.connect(self._end)
        self._worker = worker
        self._busy(True)
        self._show_progress(0, "...")
        worker.start()

    def _busy(self, busy: bool) -> None:
        self.preview.enabled = self.run.enabled = not busy
        self.cancel.enabled = busy

    def _show_progress(self, share: float, note: str) -> None:
        self.progress.value = round(_PERCENT * share)
        self.said.value = note

    def _show_result(self, part: Part, suffix: str, result: Reconstruction) -> None:
        """Add the result as a layer; a preview takes the place of the one before."""
        about = solver_fields(result) | {"parameters": parameters_fields(result)}
        made = part.with_pixels(np.asarray(result.image), f"{part.layer.name} {suffix}", {"recon": about})
        if suffix == "preview":
            if self._preview in self._viewer.layers:
                self._viewer.layers.remove(self._preview)
            self._preview = made
        chosen = self.image.value
        self._viewer.add_layer(made)
        self.image.value = chosen
        self.said.value = "\n".join(f"{name}: {value}" for name, value in _rows(result))

    def _show_error(self, error: Exception) -> None:
        if not isinstance(error, ReconError):
            raise error
        self.said.value = str(error)

    def _end(self) -> None:
        if self._worker is not None and self._worker.abort_requested:
            self.said.value = "Cancelled."
        self._worker = None
        self._busy(False)


def _rows(result: Reconstruction) -> list[tuple[str, str]]:
    """Return names and values of what is told of a result."""
    return [
        *(strengths(used) for used in result.used),
        ("iterations", f"{result.iterations}{ending(result)}"),
        *certificate(result),
        ("time", f"{result.seconds:.2f} s on {result.device}"),
    ]


def _number_or_word(text: str) -> float | str:
    """Return a number where a text is one; `denoise` refuses other words."""
    try:
        return float(text)
    except ValueError:
        return text.strip()


def _range(text: str) -> Any:
    """Return two numbers as words, or `auto`; `denoise` refuses others."""
    words = text.replace(",", " ").split()
    return AUTO if words == [AUTO] else tuple(words)

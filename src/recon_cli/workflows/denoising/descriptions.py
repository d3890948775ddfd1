"""What is told of a denoised picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..file_workflow import FileDescription, FileTask, Rows

if TYPE_CHECKING:
    from ...files.images.channels import Spans
    from ...files.images.span import Span
    from ...reconstruction import Reconstruction
    from .stages import DenoisedPicture


def describe_picture(task: FileTask, solved: DenoisedPicture) -> FileDescription:
    """Return what is told of a picture besides how it was solved.

    In JSON `range` says which values of the data are 0 and 1, who named them (`type`, `user` or `data`) and
    why, and within which bounds the result stays, a list where channels have ranges of their own. `sigma` is
    of 255 parts of that range, a list where it differs between planes, or between the colours of a plane;
    `parameters` has an entry for each noise level that was solved for, of which colours have two or three,
    `reweighted` where its penalties were weighted by a first minimum.
    """
    result, array, sigmas = solved.result, solved.picture.array, solved.sigmas
    rows: Rows = (
        ("input", f"{task.name} ({solved.said})"),
        ("output", f"{task.target or '-'} ({solved.format}, {array.dtype})"),
        *([("figure", str(task.figure))] if task.figure else []),
        *([("page", str(task.report))] if task.report else []),
    )
    fields: dict[str, Any] = {
        "format": solved.format,
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "range": range_fields(solved.spans),
        "sigma": plain([plain(row) for row in sigmas.tolist()]),
        "parameters": parameters_fields(result),
        "holes": solved.holes,
        "hot_pixels": solved.hot_pixels,
        "tiles": result.tiles,
        "memory_shortages": result.shortages,
        "extended": result.extended,
    }
    if solved.scores is None:
        return FileDescription(solved.said, rows, fields)
    (ratio, similarity), (ratio_before, similarity_before) = solved.scores
    return FileDescription(
        solved.said,
        rows,
        fields,
        (
            ("PSNR", f"{ratio:.2f} dB (input {ratio_before:.2f} dB)"),
            ("SSIM", f"{similarity:.4f} (input {similarity_before:.4f}; data range 1, 7x7)"),
        ),
        {"psnr": ratio, "ssim": similarity, "psnr_input": ratio_before, "ssim_input": similarity_before},
    )


def parameters_fields(result: Reconstruction) -> list[dict[str, Any]]:
    """Return what was solved with, for each noise level."""
    return [
        {"sigma": used.sigma, "model": used.model or used.prior}
        | ({"reweighted": True} if used.reweighted else {})
        | dict(used.parameters)
        for used in result.used
    ]


def range_fields(spans: Spans) -> Any:
    """Return which values of the data are 0 and 1 and why, a list where channels differ."""
    return plain([_range(span) for span in spans.each])


def _range(span: Span) -> dict[str, Any]:
    return {
        "low": span.low,
        "high": span.high,
        "from": span.source,
        "why": span.why,
        "bounds": list(span.limits),
    }


def plain(values: list[Any]) -> Any:
    """Return the only one of several values that are the same, else all."""
    return values[0] if all(value == values[0] for value in values) else values

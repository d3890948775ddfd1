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
    `reweighted` where its penalties were weighted by a first minimum. Of a file of several images they are
    about the first one that was solved, and `series` has an entry for each.
    """
    parts = solved.parts or (solved,)
    said = solved.said if not solved.parts else f"{len(parts) + len(solved.kept)} images"
    array = solved.picture.array
    series = {part.picture.series or 0: part.said for part in solved.parts}
    series |= dict.fromkeys(solved.kept, "left as it is")
    rows: Rows = (
        ("input", f"{task.name} ({said})"),
        *((f"series {number}", words) for number, words in sorted(series.items())),
        ("output", f"{task.target or '-'} ({solved.format}, {array.dtype})"),
        *task.beside,
    )
    fields = _fields(parts[0])
    if solved.parts:
        fields["series"] = [{"number": part.picture.series} | _fields(part) | _scores(part) for part in parts]
    late = [part.picture.series for part in solved.parts if not part.result.converged]
    return FileDescription(
        said,
        rows,
        fields,
        tuple(row for part in parts for row in _score_rows(part, named=len(parts) > 1)),
        _scores(parts[0]),
        unconverged=f"series {', '.join(map(str, late))} " if late else "",
    )


def _fields(solved: DenoisedPicture) -> dict[str, Any]:
    result, array = solved.result, solved.picture.array
    return {
        "format": solved.format,
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "range": range_fields(solved.spans),
        "sigma": plain([plain(row) for row in solved.sigmas.tolist()]),
        "parameters": parameters_fields(result),
        "holes": solved.holes,
        "hot_pixels": solved.hot_pixels,
        "tiles": result.tiles,
        "memory_shortages": result.shortages,
        "extended": result.extended,
    }


def _score_rows(solved: DenoisedPicture, named: bool) -> Rows:
    if solved.scores is None:
        return ()
    (ratio, similarity), (ratio_before, similarity_before) = solved.scores
    which = f", series {solved.picture.series}" if named else ""
    return (
        (f"PSNR{which}", f"{ratio:.2f} dB (input {ratio_before:.2f} dB)"),
        (f"SSIM{which}", f"{similarity:.4f} (input {similarity_before:.4f}; data range 1, 7x7)"),
    )


def _scores(solved: DenoisedPicture) -> dict[str, float]:
    if solved.scores is None:
        return {}
    (ratio, similarity), (ratio_before, similarity_before) = solved.scores
    return {"psnr": ratio, "ssim": similarity, "psnr_input": ratio_before, "ssim_input": similarity_before}


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

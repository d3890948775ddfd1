"""All overlapping square patches of a batch of images, stride 1, without padding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Block:
    """A run of patches: some whole images, or some patch rows of one image.

    Attributes:
        images: which images of the batch.
        rows: which patch rows of them.
        columns: where these patches stand among all columns of the grid.
    """

    images: slice
    rows: slice
    columns: slice


@dataclass(frozen=True)
class PatchGrid:
    """The patches of `batch` images of `height` x `width` pixels.

    Patches are the columns of a matrix `(size**2, columns)`, ordered by image, then patch row, then
    patch column; a patch is stored row by row.

    Attributes:
        batch: number of images.
        height: image height in pixels.
        width: image width in pixels.
        size: side of a patch in pixels.

    Raises:
        ValueError: when an image is smaller than a patch.
    """

    batch: int
    height: int
    width: int
    size: int

    def __post_init__(self) -> None:
        if min(self.height, self.width) < self.size:
            raise ValueError(
                f"the image has {self.height} x {self.width} pixels, "
                f"smaller than a patch of {self.size} x {self.size}"
            )

    @property
    def rows(self) -> int:
        """Patch rows of one image."""
        return self.height - self.size + 1

    @property
    def cols(self) -> int:
        """Patch columns of one image."""
        return self.width - self.size + 1

    @property
    def per_image(self) -> int:
        """Patches of one image, `N` in the paper."""
        return self.rows * self.cols

    @property
    def columns(self) -> int:
        """Patches of all images together."""
        return self.batch * self.per_image

    @property
    def whole(self) -> Block:
        """The block that holds every patch."""
        return Block(slice(0, self.batch), slice(0, self.rows), slice(0, self.columns))

    def blocks(self, columns: int) -> Iterator[Block]:
        """Split the grid into blocks of about `columns` patches, in order, each contiguous."""
        if columns >= self.per_image:
            step = columns // self.per_image
            for first in range(0, self.batch, step):
                last = min(first + step, self.batch)
                where = slice(first * self.per_image, last * self.per_image)
                yield Block(slice(first, last), slice(0, self.rows), where)
            return
        count = -(-self.per_image // columns)
        step = -(-self.rows // min(count, self.rows))
        for image in range(self.batch):
            for first in range(0, self.rows, step):
                last = min(first + step, self.rows)
                start = image * self.per_image
                where = slice(start + first * self.cols, start + last * self.cols)
                yield Block(slice(image, image + 1), slice(first, last), where)

    def extract(self, x: Tensor, block: Block | None = None) -> Tensor:
        """Take the patches of a block: `(batch, height, width)` to `(size**2, columns of the block)`."""
        block = block or self.whole
        n = self.size
        band = x[block.images, block.rows.start : block.rows.stop + n - 1]
        windows = band.unfold(1, n, 1).unfold(2, n, 1)
        return windows.permute(3, 4, 0, 1, 2).reshape(n * n, -1)

    def fold(self, patches: Tensor, out: Tensor, block: Block | None = None) -> Tensor:
        """Add patches back to where they were taken, the adjoint of `extract`: `out += extract' patches`.

        Args:
            patches: `(size**2, columns of the block)`.
            out: `(batch, height, width)`, changed in place and returned.
            block: the patches' place; all of the grid when left out.
        """
        block = block or self.whole
        n = self.size
        images, rows = block.images.stop - block.images.start, block.rows.stop - block.rows.start
        tiles = patches.view(n, n, images, rows, self.cols)
        strips = patches.new_zeros(n, images, rows, self.width)
        for j in range(n):
            strips[..., j : j + self.cols] += tiles[:, j]
        for i in range(n):
            out[block.images, block.rows.start + i : block.rows.stop + i] += strips[i]
        return out

    def coverage(self, like: Tensor) -> Tensor:
        """In how many patches each pixel lies, `(height, width)`, with the dtype and device of `like`."""

        def line(length: int) -> Tensor:
            place = torch.arange(length, dtype=like.dtype, device=like.device)
            edge = torch.minimum(place, length - 1 - place) + 1
            return edge.clamp(max=min(self.size, length - self.size + 1))

        return line(self.height)[:, None] * line(self.width)

    def means(self, x: Tensor) -> Tensor:
        """Patch means, `(batch, height, width)` to `(batch, rows, cols)`, by the separable box sum."""
        n = self.size
        return x.unfold(1, n, 1).sum(-1).unfold(2, n, 1).sum(-1) / n**2

    def spread(self, values: Tensor) -> Tensor:
        """Add a number a patch to all of its pixels, `(batch, rows, cols)` to `(batch, height, width)`."""
        pad = self.size - 1
        padded = torch.nn.functional.pad(values, (pad, pad, pad, pad))
        n = self.size
        return padded.unfold(1, n, 1).sum(-1).unfold(2, n, 1).sum(-1)

    def gram(self, x: Tensor, remove_mean: bool) -> Tensor:
        """`sum_k P_k' P_k x`, or with the mean removed from each patch `sum_k P~_k' P~_k x`.

        `sum_k P~_k' P~_k = diag(coverage) - B'B / size**2` with `B` the box sum: no patch is formed.

        Args:
            x: `(batch, height, width)`.
            remove_mean: use `P~_k = (I - 11'/d) P_k` in place of `P_k`.
        """
        covered = self.coverage(x) * x
        return covered - self.spread(self.means(x)) if remove_mean else covered

    def per_image_sum(self, values: Tensor, block: Block) -> Tensor:
        """Sum a block's `(rows, columns)` array for each image of the block, in float64."""
        images = block.images.stop - block.images.start
        return values.reshape(values.shape[0], images, -1).sum((0, 2), dtype=torch.float64)

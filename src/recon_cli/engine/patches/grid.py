"""Overlapping square patches of a batch of images: where they lie, their extraction and their fold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

Boundary = Literal["inside", "periodic"]


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

    @property
    def planes(self) -> int:
        """How many images there are."""
        return self.images.stop - self.images.start


@dataclass(frozen=True)
class PatchGrid:
    """The patches of `batch` images of `height` x `width` pixels.

    Patches are the columns of a matrix `(size**2, columns)`, ordered by image, then patch row, then
    patch column; a patch is stored row by row. Their corners lie at every `stride`-th pixel of a row and of
    a column. With a stride, pixels at the far ends may lie in no patch that is inside.

    A periodic grid is the plain one on an extended image, which goes on for `size - 1` pixels with those of
    its other side; the adjoint adds what was extended back to where it came from.

    Attributes:
        batch: number of images.
        height: image height in pixels.
        width: image width in pixels.
        size: side of a patch in pixels.
        stride: pixels from a patch to the next one, in both directions.
        boundary: `inside` takes the patches that lie inside the image, `periodic` also those that go on at
            its other side.

    Raises:
        ValueError: when an image is smaller than a patch, or the stride is not from 1 to the patch's side.
    """

    batch: int
    height: int
    width: int
    size: int
    stride: int = 1
    boundary: Boundary = "inside"

    def __post_init__(self) -> None:
        if min(self.height, self.width) < self.size:
            raise ValueError(
                f"the image has {self.height} x {self.width} pixels, "
                f"smaller than a patch of {self.size} x {self.size}"
            )
        if not 1 <= self.stride <= self.size:
            raise ValueError(f"the stride has to lie between 1 and {self.size}, and is {self.stride}")

    @property
    def extension(self) -> int:
        """Rows and columns that are added to an image before its patches are taken."""
        return self.size - 1 if self.boundary == "periodic" else 0

    @property
    def rows(self) -> int:
        """Patch rows of one image."""
        return (self.height + self.extension - self.size) // self.stride + 1

    @property
    def cols(self) -> int:
        """Patch columns of one image."""
        return (self.width + self.extension - self.size) // self.stride + 1

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

    def band(self, block: Block) -> slice:
        """Return the rows of the extended images that a block's patches cover."""
        return slice(block.rows.start * self.stride, (block.rows.stop - 1) * self.stride + self.size)

    def extended(self, x: Tensor, block: Block | None = None) -> Tensor:
        """Return the extended images, or a block's band of them.

        Args:
            x: `(batch, height, width)`.
            block: which band.

        Returns:
            `(images, rows, width + extension)`.
        """
        images = slice(None) if block is None else block.images
        rows = slice(0, self.height + self.extension) if block is None else self.band(block)
        band = x[images, rows]
        if rows.stop > self.height:
            band = torch.cat((band, x[images, max(rows.start - self.height, 0) : rows.stop - self.height]), 1)
        return torch.cat((band, band[:, :, : self.extension]), 2) if self.extension else band

    def add_extended(self, values: Tensor, out: Tensor, block: Block | None = None) -> Tensor:
        """Add extended images, or a block's band of them, to images: the adjoint of `extended`.

        Args:
            values: of the shape that `extended` returns.
            out: `(batch, height, width)`, changed in place and returned.
            block: which band.
        """
        images = slice(None) if block is None else block.images
        rows = slice(0, self.height + self.extension) if block is None else self.band(block)
        split = max(min(rows.stop, self.height) - rows.start, 0)
        below = max(rows.start - self.height, 0)
        for part in (values[:, :, : self.width], values[:, :, self.width :]):
            out[images, rows.start : rows.start + split, : part.shape[2]] += part[:, :split]
            rest = part[:, split:]
            out[images, below : below + rest.shape[1], : part.shape[2]] += rest
        return out

    def extract(self, x: Tensor, block: Block | None = None) -> Tensor:
        """Take the patches of a block: `(batch, height, width)` to `(size**2, columns of the block)`."""
        n = self.size
        windows = self.extended(x, block or self.whole).unfold(1, n, self.stride).unfold(2, n, self.stride)
        return windows.permute(3, 4, 0, 1, 2).reshape(n * n, -1)

    def fold(self, patches: Tensor, out: Tensor, block: Block | None = None) -> Tensor:
        """Add patches back to where they were taken, the adjoint of `extract`: `out += extract' patches`.

        Args:
            patches: `(size**2, columns of the block)`.
            out: `(batch, height, width)`, changed in place and returned.
            block: the patches' place; all of the grid when left out.
        """
        block = block or self.whole
        rows = block.rows.stop - block.rows.start
        band = self._in_one(patches, rows) if patches.is_cuda else self._by_lines(patches, rows)
        return self.add_extended(band, out, block)

    def _by_lines(self, patches: Tensor, rows: int) -> Tensor:
        """Return the band of a block's patches, column by column and row by row, which suits a cache."""
        n, s = self.size, self.stride
        tiles = patches.view(n, n, -1, rows, self.cols)
        images = tiles.shape[2]
        strips = patches.new_zeros(n, images, rows, self.width + self.extension)
        for j in range(n):
            strips[..., j : j + s * (self.cols - 1) + 1 : s] += tiles[:, j]
        band = patches.new_zeros(images, s * (rows - 1) + n, self.width + self.extension)
        for i in range(n):
            band[:, i : i + s * (rows - 1) + 1 : s] += strips[i]
        return band

    def _in_one(self, patches: Tensor, rows: int) -> Tensor:
        """Return the same by one operation: on a GPU each takes time to begin."""
        n, s = self.size, self.stride
        tiles = patches.view(n * n, -1, rows * self.cols).transpose(0, 1)
        shape = (s * (rows - 1) + n, self.width + self.extension)
        return F.fold(tiles, shape, n, stride=s)[:, 0]

    def coverage(self, like: Tensor) -> Tensor:
        """In how many patches each pixel lies, `(height, width)`, with the dtype and device of `like`."""
        return self.spread(like.new_ones(1, self.rows, self.cols))[0]

    def means(self, x: Tensor) -> Tensor:
        """Patch means, `(batch, height, width)` to `(batch, rows, cols)`, by the separable box sum."""
        n, s = self.size, self.stride
        return self.extended(x).unfold(1, n, s).sum(-1).unfold(2, n, s).sum(-1) / n**2

    def spread(self, values: Tensor) -> Tensor:
        """Add a number a patch to all of its pixels, `(batch, rows, cols)` to `(batch, height, width)`."""
        n, wide = self.size, (self.height + self.extension, self.width + self.extension)
        corners = values.new_zeros(values.shape[0], *(length + n - 1 for length in wide))
        rows, cols = (
            slice(n - 1, n + (count - 1) * self.stride, self.stride) for count in (self.rows, self.cols)
        )
        corners[:, rows, cols] = values
        sums = corners.unfold(1, n, 1).sum(-1).unfold(2, n, 1).sum(-1)
        return self.add_extended(sums, values.new_zeros(values.shape[0], self.height, self.width))

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
        return values.reshape(values.shape[0], block.planes, -1).sum((0, 2), dtype=torch.float64)

"""Images: PNG, TIFF, JPEG, npy, npz and those of the sciences, with all that stands beside the pixels."""

from .formats import SUFFIXES
from .picture import Picture
from .read import luma_of, read_grey, read_image, read_luma, read_picture, read_pictures

__all__ = [
    "SUFFIXES",
    "Picture",
    "luma_of",
    "read_grey",
    "read_image",
    "read_luma",
    "read_picture",
    "read_pictures",
]

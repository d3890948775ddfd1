"""Images: PNG, TIFF, JPEG, npy and npz, with all that stands beside the pixels."""

from .picture import Picture
from .read import Image, luma_of, read_grey, read_image, read_luma, read_picture
from .write import SUFFIXES

__all__ = ["SUFFIXES", "Image", "Picture", "luma_of", "read_grey", "read_image", "read_luma", "read_picture"]

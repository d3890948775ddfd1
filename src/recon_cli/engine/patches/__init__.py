"""The overlapping patches of an image, and sums over them."""

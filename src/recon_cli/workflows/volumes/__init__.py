"""Images that are too large to be held at once: part by part, from one Zarr folder to another."""

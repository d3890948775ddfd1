"""A plugin of napari: denoise the layers of its viewer."""

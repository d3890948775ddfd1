"""Finding beta and lam for given images, with a reference or without one."""

"""Finding strengths of a prior for given images, with a reference or without one."""

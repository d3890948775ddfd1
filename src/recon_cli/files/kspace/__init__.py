"""Reading and writing k-space, one module a format."""

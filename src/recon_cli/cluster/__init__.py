"""Work on the workers of dask.distributed, which is imported only where `--scheduler` asks for it."""

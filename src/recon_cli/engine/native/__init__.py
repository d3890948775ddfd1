"""The loops over patches as compiled code for CPUs, with the same meaning as the tensor operations."""

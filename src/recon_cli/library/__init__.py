"""The tool for programs: arrays and tensors in, the same out, without files or output."""

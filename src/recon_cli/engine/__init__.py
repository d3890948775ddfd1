"""Operators, objective, solvers and implicit gradients: tensors in, tensors out."""

"""Maps whose parameters are learned: minima and unrolled iterations, differentiable."""

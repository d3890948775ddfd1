"""What is assumed of images: convex functions with all that solvers and certificates need of them."""

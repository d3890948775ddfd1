"""The learned convex ridge regulariser."""

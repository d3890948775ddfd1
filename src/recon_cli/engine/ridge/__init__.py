"""The convex ridge regulariser: learned linear filters and convex profiles of their responses."""

"""What lies between the projections in a file and the measurement of a slice."""

"""Learning a dictionary: configuration, data, the step, and the manners of a long run."""

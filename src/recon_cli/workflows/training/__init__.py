"""Learning a model: configuration, data, the step, and the manners of a long run."""

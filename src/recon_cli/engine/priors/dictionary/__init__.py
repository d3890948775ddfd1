"""The learned patch model: sparse codes of all patches in a dictionary."""

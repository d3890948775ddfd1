"""What lies between an image that is wanted and the pixels of a file."""

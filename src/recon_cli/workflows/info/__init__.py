"""How files are understood, without solving anything."""

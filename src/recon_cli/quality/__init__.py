"""How near an image comes to a reference."""

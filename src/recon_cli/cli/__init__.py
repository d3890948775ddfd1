"""The commands: parse, load, call, save, report."""

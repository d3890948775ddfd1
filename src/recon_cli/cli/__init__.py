"""The commands: parse, load, call, save, report.

Files of commands do without postponed annotations: Typer would evaluate the text of all of them
at each start.
"""

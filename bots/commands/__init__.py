"""The commands of `./backoffice`, one file each.

A command's file imports nothing but typer at its top, so that `./backoffice --help` stays quick:
what the command needs is imported where it runs.
"""

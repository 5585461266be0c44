"""From a fresh Debian or Ubuntu to a program that runs: virtual environment, packages, programs.

Runs before any package is installed, so it knows the standard library only.
"""

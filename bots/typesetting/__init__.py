"""Words and pages from a template and its values, made in child processes that know nothing else.

What the children load lies in this package alone, so that each stays small.
"""

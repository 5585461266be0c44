"""What is there, what is missing, what to do: each check by itself, none of them changing anything.

Runs with the standard library alone, because it is also asked when setting up has failed.
"""

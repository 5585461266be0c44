"""One module for each screen that staff open; each has `show()`."""

"""Synthetic voices (espeak-ng) for the demo, the tests and the demo model: nobody's."""

"""What staff may change without a programmer, and the settings of an installation."""

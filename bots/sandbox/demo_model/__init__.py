"""How the demo model was made: synthetic voices saying broad text."""

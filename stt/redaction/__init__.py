"""Personal data in speech: numbers that identify, spoken digits included, and names of others."""

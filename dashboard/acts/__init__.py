"""What a person may do from a screen. Every act asks for the right first, whoever calls it."""

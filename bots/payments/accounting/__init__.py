"""The accounting system (dBrain+) is told of commitments and payments, and its answers are read back."""

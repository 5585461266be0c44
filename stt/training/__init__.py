"""Training of recognisers: further on a center's own corrected talks, or from nothing on synthetic voices."""

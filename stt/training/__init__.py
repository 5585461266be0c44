"""Training a recogniser: further on the center's own signed transcripts, or a small one from nothing."""

"""Speech to text and notes. Audio in, transcript and note out. No database, no network."""

"""Recorded talks become transcripts, and transcripts drafts of notes that counselors sign."""

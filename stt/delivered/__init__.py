"""Transcripts that came beside the audio, read instead of recognising. They come from outside: nothing is trusted."""

from stt.delivered.problems import UnreadableTranscriptError
from stt.delivered.reading import FORMATS, read, sniff

__all__ = ["FORMATS", "UnreadableTranscriptError", "read", "sniff"]

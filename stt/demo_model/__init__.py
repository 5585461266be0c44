"""The demo's own small recogniser: weights in Whisper's format. See README.md in this folder."""

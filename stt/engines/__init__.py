"""Engines that turn a window of audio into words, behind one protocol."""

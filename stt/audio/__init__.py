"""Sound: what a file holds, its samples, where somebody speaks, and the windows that are listened to."""

"""From what was said to the draft of a note: chosen evidence, checked lines, nothing that was not said."""

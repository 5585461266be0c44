"""Values of fields: from the readings of one place on the paper to what it says, and how surely."""

"""What the screens show, read from the record into plain rows. Nothing here changes anything."""

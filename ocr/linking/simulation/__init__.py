"""Made-up people, papers and misreadings on which linking is calibrated and measured."""

"""The center's document system (온나라): it registers official letters and gives number, date of effect and seal."""

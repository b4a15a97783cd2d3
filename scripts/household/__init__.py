"""What scripts/measure_household.py is made of."""

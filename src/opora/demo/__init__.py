"""The invented district and region."""

"""What happens after a call or a visit. Pure: imports no models."""

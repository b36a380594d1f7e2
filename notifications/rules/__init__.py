"""Pure rules: they import no models and read nothing."""

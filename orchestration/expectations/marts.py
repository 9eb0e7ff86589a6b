"""The marts are fit to be billed on."""

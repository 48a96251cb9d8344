"""Names that code around connections imports."""

"""Floor 5: records, fields and the model registry."""

"""Floor 10: the model class and its relation managers."""

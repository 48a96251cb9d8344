"""Floor 2: what a dialect and a driver are, the standard SQL compiler and the cache of compiled statements."""

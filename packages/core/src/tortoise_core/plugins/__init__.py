"""Floor 3: finding and loading dialects, drivers and plugins.

Hook specs stand beside their callers on higher floors; each such module adds its own with `add_hookspecs`.
"""

"""Floor 1: the statement tree.

Nodes are plain slots classes that nobody changes once made; a test holds them to it. They know no
dialect: a compiler writes them, and refuses what it cannot write before anything is sent.
"""

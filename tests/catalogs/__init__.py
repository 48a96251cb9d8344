"""Databases that tortoise-orm 1.1.9 made, as their catalogs tell: what ours must be like, but for what is listed.

Left out of the reading, because it differs and does not matter to a program:

- the order of columns: 1.1.9 puts those of foreign keys last, here each stands where its relation was declared;
- names of constraints that 1.1.9 leaves to the server (``book_author_id_fkey``, ``account_mail_key``): here each has
  one of its own, so that errors and migrations can name it on every server.

Meta.constraints, which 1.1.9 does not create, are in no set.
"""

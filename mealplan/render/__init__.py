"""A plan as people read it: one module a form."""

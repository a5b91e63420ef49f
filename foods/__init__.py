"""Food composition: what is in what we eat."""

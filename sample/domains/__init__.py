"""The systems that deliver files, a package each: what they write of the world, and its dirt."""

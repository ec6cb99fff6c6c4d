"""One noun a module: what is answered at each address."""

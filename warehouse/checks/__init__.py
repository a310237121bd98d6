"""What must hold of a table before it is written: the checks, what they leave out, and the engine that runs them."""

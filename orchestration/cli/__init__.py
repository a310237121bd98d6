"""The command line `burden`: one module a group of commands, and what they need before they start."""

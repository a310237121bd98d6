"""Registers: facts with citations as CSV files, one row a fact. Read through `transforms.registers.reader`."""

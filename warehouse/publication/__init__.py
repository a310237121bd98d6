"""From tables to a publication: the warehouse file, its views, the data package, the dictionary and the pages.

Belongs here: what is written for readers. Does not belong here: how it is read (warehouse/reading).
"""

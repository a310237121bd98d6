"""The IMF's World Economic Outlook: replies of its services, its whole-database file, its rates."""

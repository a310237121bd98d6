"""How a publication is read: connections, look-ups, answers as rows, and rows as text, files and workbooks."""

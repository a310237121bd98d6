"""What consumers rely on: contracts, marts, publication, and the ways to read a publication."""

"""What a person is sent: troubles, news, and which of it was sent already."""

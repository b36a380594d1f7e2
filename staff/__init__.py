"""Who serves: users, their postings (a role in an area, from and to) and the log of every record they opened."""

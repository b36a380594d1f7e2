"""Database, files and seals in one encrypted file, and back: docs/adr/0069."""

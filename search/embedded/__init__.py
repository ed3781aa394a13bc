"""The engine inside the program: tantivy's index files, with our own understanding of Indonesian before it."""

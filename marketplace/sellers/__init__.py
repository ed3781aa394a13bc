"""Who sells: the shops of Jakarta's micro-enterprises, their teams, and whether they were checked and are trusted."""

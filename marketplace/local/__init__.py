"""What `make run` starts: the launcher, and PostgreSQL and Valkey from their wheels."""

"""What sellers are owed and why, and the desk of those who pay it out."""

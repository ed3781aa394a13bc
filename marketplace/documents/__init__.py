"""Numbered, frozen papers: series, PDF, check page."""

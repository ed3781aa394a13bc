"""What every page shares: the gate, headers, error pages, assets, languages and formats."""

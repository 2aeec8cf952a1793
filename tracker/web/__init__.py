"""What every page shares, knowing no domain: errors, navigation, headers, assets, language, formats."""

"""The words of the desk: parties (countries, organisations, agencies, groups) and controlled terms."""

"""The course as a website: lessons run once, and turned into pages that need no kernel."""

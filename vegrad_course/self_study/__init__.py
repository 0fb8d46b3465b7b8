"""The course on one's own computer: opening lessons, checking files, starting anew, the end."""

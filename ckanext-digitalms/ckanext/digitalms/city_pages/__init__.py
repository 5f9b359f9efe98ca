"""The city's own pages, such as its imprint: what they say by default, and how texts are shown."""

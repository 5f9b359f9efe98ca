"""Reports that go out: drafts, building, freezing, files."""

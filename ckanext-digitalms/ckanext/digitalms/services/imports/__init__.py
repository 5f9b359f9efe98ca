"""Tables of ours that come back: preview, apply, undo."""

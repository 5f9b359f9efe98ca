"""Coverage: shares of a base that reach a speed, by area, technology and edition. Pure."""

"""What somebody takes along of a table, plot or figure: pictures, embeds, code for it, a citation. Pure."""

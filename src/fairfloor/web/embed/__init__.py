"""The floor, and articles, in other sites' pages: what they may frame, and how their software finds out (oEmbed)."""

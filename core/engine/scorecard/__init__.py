"""The scorecard: what can be measured of a brand package, whoever made it; no sum of it all."""

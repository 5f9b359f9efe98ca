"""Council papers: references in every spelling, and which measures cite a paper."""

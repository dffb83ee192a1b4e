"""Work that takes a while and outlives a click: results, uploads, downloads, deletions. No widget."""

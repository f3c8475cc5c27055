//! Releases: written, signed, listed, opened, looked up, pruned and rolled back.

//! Everything ever observed, raw and merged.

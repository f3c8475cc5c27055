//! History rows to pages as bytes; nothing is written here.

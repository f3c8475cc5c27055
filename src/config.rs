//! `tollgate.toml`, as typed and as needed.

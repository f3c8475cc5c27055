//! Other tools' files, as observations.

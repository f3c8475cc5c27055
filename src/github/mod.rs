//! GitHub over octocrab, as observations.

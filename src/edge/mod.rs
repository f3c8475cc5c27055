//! The edge: signs people in and serves the bundles that their roles open.

//! The command line: one match, one file per command.

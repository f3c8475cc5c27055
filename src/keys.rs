//! Signing and verifying: the only file that names `jsonwebtoken`.

//! A development sign-in on loopback that speaks real OpenID Connect.

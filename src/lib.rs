//! Tollgate keeps the repository traffic that GitHub forgets and shows each person only their part.
//!
//! ```text
//!  GitHub REST ──collect──▶ history ──build──▶ bundles ──publish──▶ releases ──serve──▶ browser
//! ```
//!
//! Everything left of *releases* runs as a batch under cron and may be down all day; everything right of it
//! only reads published files. The edge opens no database and never calls GitHub.
//!
//! # Who may name whom
//! | module | may name |
//! |---|---|
//! | [`domain`] | nothing in the crate |
//! | [`keys`] | `domain` |
//! | [`github`], [`history`], [`import`], [`export`], [`report`], [`mail`] | `domain` |
//! | [`releases`], [`edge`] | `domain`, `keys` (`edge` also `releases`) |
//! | [`demo`] | `domain`, `keys` |
//! | [`config`] | `domain` and each adapter's own `Settings` |
//! | [`cli`] | everything |
//!
//! # What never happens
//! 1. `domain` reads no clock: `now` and random values are arguments.
//! 2. The edge never joins an address to a path on disk. A request names a bundle; the rest is looked up in its index.
//! 3. Only [`admit`](domain::policy::Policy::admit), [`admit_grant`](domain::policy::Policy::admit_grant) and, for the
//!    badges that a release says are public, [`admit_anybody`](domain::release::Release::admit_anybody) make a `Viewer`, and bundle bytes leave only through a function that takes `&Viewer`. Handlers return replies, never
//!    rejections, so authorization cannot fall through to another route.
//! 4. A missing page, a bundle that is not yours and a bundle that does not exist give the same 404.
//! 5. A bundle holds no byte about a repository outside its role.
//! 6. Nothing in the history is ever lowered or deleted by a collection, whatever GitHub answers.
//! 7. A published release is never changed. A reader sees one whole release or another, never a mixture.
//! 8. Unknown is never drawn as zero, and uniques are never added up without saying so.
//! 9. Only [`config`] reads the environment. Secrets have a type that cannot be printed.
//! 10. Who somebody is comes from a credential that was signed here, never from what a proxy says. Of that only the
//!     address is taken, and only from a configured proxy.
//! 11. No credential passes for another: each kind has a key, a `typ` and an audience of its own. Only [`keys`] names
//!     the library that signs and verifies them; only `edge::login` names the one that speaks to providers.
//! 12. What was ended before its time counts on no edge, also after a restart: until the endings are known, no bundle is
//!     served.
//! 13. What a share link or an access token opens is judged by the policy of the release being served. Its secret is
//!     shown once and kept nowhere.
//! 14. No redirect leads out of this site, but to an address of a configured provider.
//! 15. No token and no cookie is written to a log.

pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod edge;
pub mod export;
pub mod github;
pub mod history;
pub mod import;
pub mod keys;
pub mod mail;
pub mod releases;
pub mod report;

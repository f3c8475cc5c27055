//! The digest of a bundle that is made to be printed: one to three sheets of A4.

use serde::Serialize;

use super::front::{Collector, Front, Limits};
use super::{Chrome, Scope};
use crate::report::group::Group;
use crate::report::stock::Repo;

/// What three sheets hold.
const LIMITS: Limits = Limits { rows: 15, ranks: 10, stood: 6 };

/// `print.html`
#[derive(Debug, Serialize)]
pub(in crate::report) struct PrintView {
    page: Chrome,
    role: String,
    extent: String,
    front: Front,
}

/// Collects the digest.
pub(in crate::report) struct Print {
    collector: Collector,
}

impl Print {
    pub(in crate::report) fn new(scope: &Scope<'_>) -> Print {
        Print { collector: Collector::new(scope, LIMITS) }
    }

    pub(in crate::report) fn add(&mut self, scope: &Scope<'_>, repo: &Repo) {
        self.collector.add(scope, repo);
    }

    pub(in crate::report) fn finish(self, scope: &Scope<'_>, group: &Group, page: Chrome) -> PrintView {
        PrintView {
            page,
            role: scope.role.title.clone(),
            extent: scope.extent_in_words(),
            front: self.collector.finish(scope, group),
        }
    }
}

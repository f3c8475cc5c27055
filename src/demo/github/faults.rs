//! What can go wrong between GitHub and a collector.

mod documented;

use std::time::Duration;

use http::StatusCode;

pub(super) use self::documented::SECONDARY;

/// One way to misbehave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another status, with headers and a body of one's own.
    Status(StatusCode, Vec<(&'static str, String)>, String),
    /// Status 200 with this body.
    Body(String),
    /// Status 200 with the first half of the true body, as if that were all.
    Truncate,
    /// The connection is lost half way through the true body.
    Cut,
    /// The request is never answered.
    Hang,
    /// The true answer, this much later.
    Late(Duration),
    /// 301 to this address.
    Redirect(String),
    /// The true answer, with a `Link` header that names this address as the next page.
    NextPage(String),
}

/// A fault that waits for its requests.
pub(super) struct Planned {
    part: String,
    fault: Fault,
    left: usize,
}

impl Planned {
    pub(super) fn new(part: &str, fault: Fault, times: usize) -> Planned {
        Planned { part: part.to_owned(), fault, left: times }
    }

    /// The fault, if it is meant for `path` and not used up.
    pub(super) fn strike(&mut self, path: &str) -> Option<Fault> {
        if self.left == 0 || !path.contains(&self.part) {
            return None;
        }
        self.left -= 1;
        Some(self.fault.clone())
    }
}

//! A network and a GitHub that fail now and then, the same way each time a test is run.

use std::collections::HashMap;
use std::time::Duration;

use super::faults::Fault;
use super::figures::mix;

/// Longer than a test lets an answer take, shorter than a person's patience.
const LATE: Duration = Duration::from_millis(300);

/// Which requests fail.
pub(super) struct Unreliable {
    seed: u64,
    per_mille: u64,
    asked: HashMap<String, u64>,
}

impl Unreliable {
    pub(super) fn new(seed: u64, per_mille: u64) -> Unreliable {
        Unreliable { seed, per_mille, asked: HashMap::new() }
    }

    /// The fault of this request, if it is its turn. Requests arrive in any order, so each path has a count of its own.
    pub(super) fn strike(&mut self, path: &str) -> Option<Fault> {
        let times = self.asked.entry(path.to_owned()).or_insert(0);
        *times += 1;
        let chance = path.bytes().fold(mix(self.seed ^ *times), |state, byte| mix(state ^ u64::from(byte)));
        (chance % 1_000 < self.per_mille).then(|| transient(mix(chance)))
    }
}

fn transient(chance: u64) -> Fault {
    match chance % 9 {
        0 => Fault::server_error(),
        1 => Fault::bad_gateway(),
        2 => Fault::unavailable(),
        3 => Fault::gateway_timeout(),
        4 => Fault::Cut,
        5 => Fault::Truncate,
        6 => Fault::Late(LATE),
        7 => Fault::secondary_limit(403, Some(0)),
        _ => Fault::secondary_limit(429, Some(1)),
    }
}

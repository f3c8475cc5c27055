//! Chance that can be repeated.

use std::hash::{BuildHasher, Hasher, RandomState};

/// SplitMix64 from a seed that is told.
pub(super) struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    /// From `TOLLGATE_SEED`, or a seed nobody knows beforehand.
    pub(super) fn new() -> Chance {
        let asked = std::env::var("TOLLGATE_SEED").ok().map(|seed| seed.parse().expect("TOLLGATE_SEED is a number"));
        let seed = asked.unwrap_or_else(|| RandomState::new().build_hasher().finish() % 1_000_000);
        Chance { seed, state: seed }
    }

    pub(super) fn seed(&self) -> String {
        format!("TOLLGATE_SEED={}", self.seed)
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `limit`.
    pub(super) fn number(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// From one on: mostly up to the first number, and now and then up to the second.
    pub(super) fn spell(&mut self, long: f64, (most, longest): (u64, u64)) -> u64 {
        let limit = if self.of(long) { longest } else { most };
        1 + self.number(limit)
    }

    /// Whether it happens.
    pub(super) fn of(&mut self, likely: f64) -> bool {
        ((self.next() >> 11) as f64 / (1_u64 << 53) as f64) < likely
    }
}

//! Round values for an axis.

use crate::report::locale::Words;

/// The ends of an axis and how many steps it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) low: u64,
    pub(super) top: u64,
    pub(super) ticks: u64,
}

/// The narrowest axis of two to four round steps that holds `low` and `top`.
pub(super) fn of(low: u64, top: u64) -> Scale {
    let mut unit = 1_u64;
    loop {
        for step in [1, 2, 5].map(|factor| unit.saturating_mul(factor)) {
            let below = low / step * step;
            let ticks = top.saturating_sub(below).div_ceil(step).max(2);
            if ticks <= 4 {
                return Scale { low: below, top: below.saturating_add(step * ticks), ticks };
            }
        }
        unit = unit.saturating_mul(10);
    }
}

impl Scale {
    /// Of a height, how far `value` is from the top.
    pub(super) fn down(self, value: u64, height: u64) -> u64 {
        let reach = (self.top - self.low).max(1) as f64;
        let share = (self.top.saturating_sub(value)) as f64 / reach;
        (share.min(1.0) * height as f64).round() as u64
    }

    /// From the top. Far from zero the short forms of neighbours would be alike.
    pub(super) fn labels(self, words: &Words) -> Vec<String> {
        let write = |value| if self.low == 0 { words.short(value) } else { words.number(value) };
        (0..=self.ticks).rev().map(|tick| write(self.low + (self.top - self.low) / self.ticks * tick)).collect()
    }
}

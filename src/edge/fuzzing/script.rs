//! Bytes read as a script: what is done to something good to make it hostile.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The most changes that one script makes to one text.
const CHANGES: usize = 12;

/// Bytes that are read from the front. When they are over, every choice is the first one and every number 0.
pub(super) struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    /// From the beginning.
    pub(super) fn new(bytes: &'a [u8]) -> Script<'a> {
        Script(bytes)
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// A number below `end`; 0 if there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let bytes = [self.byte(), if end > 256 { self.byte() } else { 0 }];
        usize::from(u16::from_le_bytes(bytes)).checked_rem(end).unwrap_or(0)
    }

    /// One of several.
    pub(super) fn one<'b, T: ?Sized>(&mut self, of: &[&'b T]) -> &'b T {
        of[self.below(of.len())]
    }

    /// A moment: the ends of what can be written, or some seconds around `near`.
    pub(super) fn moment(&mut self, near: i64) -> i64 {
        let mut bytes = [0; 8];
        match self.byte() % 4 {
            0 => near.saturating_add(i64::from(i16::from_le_bytes([self.byte(), self.byte()]))),
            1 => near,
            2 => [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX][self.below(7)],
            _ => {
                let taken = self.take(8);
                bytes[..taken.len()].copy_from_slice(taken);
                i64::from_le_bytes(bytes)
            }
        }
    }

    /// Up to so many bytes, as they are.
    pub(super) fn take(&mut self, most: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(most.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// All that is left, as it is.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        self.take(usize::MAX)
    }

    /// Whether nothing is left.
    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// Changes some bytes; leaves them as they are if the script is over.
    pub(super) fn change(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..CHANGES {
            if self.is_over() {
                break;
            }
            self.change_once(bytes);
        }
    }

    fn change_once(&mut self, bytes: &mut Vec<u8>) {
        let (kind, at) = (self.byte() % 8, self.below(bytes.len()));
        let until = (at + self.below(64)).min(bytes.len());
        match (kind, bytes.get_mut(at)) {
            (0, Some(byte)) => *byte ^= 1 << (self.byte() % 8),
            (1, Some(byte)) => *byte = self.byte(),
            // To the next letter, which in base64 may differ only in bits that count for nothing.
            (2, Some(byte)) => *byte = byte.wrapping_add(1),
            (3, _) => bytes.insert(at, self.byte()),
            (4, _) => drop(bytes.drain(at..until)),
            (5, _) => {
                let piece = bytes[at..until].to_vec();
                let to = self.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            (6, _) => {
                let most = self.below(32);
                bytes.splice(at..at, self.take(most).iter().copied());
            }
            _ => bytes.truncate(until),
        }
    }

    /// A text in place of one that was signed: anything at all, or one of `good`, changed or made up of several.
    pub(super) fn forged(&mut self, good: &[&str]) -> Vec<u8> {
        let one = self.one(good);
        match self.byte() % 4 {
            0 => self.changed(one),
            1 => self.changed_within(one),
            2 => self.exchanged(good),
            _ => self.rest().to_vec(),
        }
    }

    fn changed(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        self.change(&mut bytes);
        bytes
    }

    /// One part of a token taken out of its base64, changed, and put back: what a stranger would do to its claims.
    fn changed_within(&mut self, token: &str) -> Vec<u8> {
        let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
        let at = self.below(parts.len());
        if let Ok(mut bytes) = URL_SAFE_NO_PAD.decode(&parts[at]) {
            self.change(&mut bytes);
            parts[at] = URL_SAFE_NO_PAD.encode(bytes);
        }
        parts.join(".").into_bytes()
    }

    /// A token of parts that each were signed, in different tokens.
    fn exchanged(&mut self, good: &[&str]) -> Vec<u8> {
        let part = |at: usize, token: &str| token.split('.').nth(at).unwrap_or_default().to_owned();
        (0..3).map(|at| part(at, self.one(good))).collect::<Vec<_>>().join(".").into_bytes()
    }
}

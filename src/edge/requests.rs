//! What requests are called.

/// Names requests: no two of this process alike, and hardly two of any.
pub(super) struct Requests {
    prefix: String,
    count: std::sync::atomic::AtomicU64,
}

impl Requests {
    pub(super) fn new(prefix: String) -> Requests {
        Requests { prefix, count: Default::default() }
    }

    pub(super) fn next(&self) -> String {
        let count = self.count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        format!("{}-{count:x}", self.prefix)
    }
}

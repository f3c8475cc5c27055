//! How much one address may ask for: token buckets, so that nobody guesses, floods or fills the log for long.
//!
//! A bucket is kept as the moment at which it is whole again. That is all there is to know of it: it needs no clock of
//! its own, and one whose moment has passed is the same as none.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Buckets of one kind that are kept at the most, about a megabyte. Of more than that, those are forgotten that would
/// have been whole first: that gives away the least, and never to whoever has spent the most.
const KEPT: usize = 10_000;

/// What is budgeted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Budget {
    /// Beginnings of a sign-in.
    SignIn,
    /// Openings of share links.
    Share,
    /// Failures that somebody guessing would cause: bad callbacks, refused bearers, share tokens and logout tokens.
    Failure,
    /// Lines about refusals in the audit log.
    Told,
    /// Badges that anybody may see; one place may fetch them for many people.
    Badge,
}

impl Budget {
    #[cfg(test)]
    const ALL: [Budget; 5] = [Budget::SignIn, Budget::Share, Budget::Failure, Budget::Told, Budget::Badge];

    /// How many at once, and how long until there is one more.
    const fn measure(self) -> (u32, Duration) {
        match self {
            Budget::SignIn => (60, Duration::from_secs(1)),
            Budget::Share => (20, Duration::from_secs(3)),
            Budget::Failure => (30, Duration::from_secs(2)),
            Budget::Told => (120, Duration::from_secs(1)),
            Budget::Badge => (600, Duration::from_millis(200)),
        }
    }
}

/// How long to wait until there is something to take again: whole seconds, at least one, as `Retry-After` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait(pub(super) u64);

/// The budgets of all addresses. In memory only: they are as long as a minute or two.
#[derive(Debug, Default)]
pub(super) struct Budgets {
    sign_in: Mutex<Buckets>,
    share: Mutex<Buckets>,
    failure: Mutex<Buckets>,
    told: Mutex<Buckets>,
    badge: Mutex<Buckets>,
}

impl Budgets {
    /// Takes one from an address's budget.
    ///
    /// # Errors
    /// It is spent; nothing was taken.
    pub(super) fn take(&self, kind: Budget, from: IpAddr, now: Instant) -> Result<(), Wait> {
        self.locked(kind, |buckets| buckets.take(Network::of(from), kind.measure(), now))
    }

    #[cfg(test)]
    /// How long until there is something to take again, if an address's budget is spent. Takes nothing.
    pub(super) fn spent(&self, kind: Budget, from: IpAddr, now: Instant) -> Option<Wait> {
        self.locked(kind, |buckets| buckets.ask(&Network::of(from), kind.measure(), now).err())
    }

    fn locked<T>(&self, kind: Budget, work: impl FnOnce(&mut Buckets) -> T) -> T {
        let buckets = match kind {
            Budget::SignIn => &self.sign_in,
            Budget::Share => &self.share,
            Budget::Failure => &self.failure,
            Budget::Told => &self.told,
            Budget::Badge => &self.badge,
        };
        work(&mut buckets.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Who shares a budget. One customer of an IPv6 network has all of a /64, so its addresses count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Network {
    V4([u8; 4]),
    V6([u16; 4]),
}

impl Network {
    fn of(address: IpAddr) -> Network {
        match address.to_canonical() {
            IpAddr::V4(address) => Network::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Network::V6([a, b, c, d])
            }
        }
    }
}

/// The buckets of one kind that are not whole, by network and by the moment at which they will be.
#[derive(Debug, Default)]
struct Buckets {
    whole: HashMap<Network, Instant>,
    order: BTreeSet<(Instant, Network)>,
}

impl Buckets {
    /// When the bucket is whole again if one is taken now.
    fn ask(&self, network: &Network, (burst, each): (u32, Duration), now: Instant) -> Result<Instant, Wait> {
        let whole = self.whole.get(network).map_or(now, |whole| (*whole).max(now)) + each;
        let over = whole.duration_since(now).saturating_sub(each * burst);
        let seconds = over.as_secs() + u64::from(over.subsec_nanos() > 0);
        if over.is_zero() { Ok(whole) } else { Err(Wait(seconds)) }
    }

    fn take(&mut self, network: Network, measure: (u32, Duration), now: Instant) -> Result<(), Wait> {
        let whole = self.ask(&network, measure, now)?;
        if let Some(before) = self.whole.insert(network, whole) {
            self.order.remove(&(before, network));
        }
        self.order.insert((whole, network));
        self.forget(now);
        Ok(())
    }

    /// Drops those that are whole, and what is too much.
    fn forget(&mut self, now: Instant) {
        while let Some((whole, network)) = self.order.first().copied() {
            if whole > now && self.whole.len() <= KEPT {
                break;
            }
            self.order.pop_first();
            self.whole.remove(&network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    const ADA: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

    fn nth(n: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + n))
    }

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    /// How many can be taken at one moment.
    fn takes(budgets: &Budgets, kind: Budget, from: IpAddr, now: Instant) -> usize {
        (0..1_000).take_while(|_| budgets.take(kind, from, now).is_ok()).count()
    }

    #[test]
    fn each_budget_has_its_burst_and_its_rate() {
        let start = Instant::now();
        for (kind, burst, each) in
            [(Budget::SignIn, 60, 1), (Budget::Share, 20, 3), (Budget::Failure, 30, 2), (Budget::Told, 120, 1)]
        {
            let budgets = Budgets::default();
            assert_eq!(budgets.spent(kind, ADA, start), None);
            assert_eq!(takes(&budgets, kind, ADA, start), burst, "{kind:?}");
            assert_eq!(budgets.take(kind, ADA, start), Err(Wait(each)), "{kind:?}");
            assert_eq!(budgets.spent(kind, ADA, start), Some(Wait(each)), "{kind:?}");
            let later = |n: u64| start + Duration::from_secs(each * n);
            assert_eq!(budgets.spent(kind, ADA, later(1) - Duration::from_millis(1)), Some(Wait(1)));
            assert_eq!(takes(&budgets, kind, ADA, later(1)), 1, "{kind:?}");
            assert_eq!(takes(&budgets, kind, ADA, later(6)), 5, "{kind:?}");
            assert_eq!(takes(&budgets, kind, ADA, later(6 + burst as u64)), burst, "{kind:?}");
            let others = Budget::ALL.into_iter().filter(|other| *other != kind);
            others.for_each(|other| assert_eq!(budgets.spent(other, ADA, start), None, "{kind:?} is not {other:?}"));
        }
    }

    #[test]
    fn addresses_that_one_customer_has_share_a_budget() {
        let mapped = |address: &str| IpAddr::V6(address.parse::<Ipv4Addr>().unwrap().to_ipv6_mapped());
        let v6 = |text: &str| IpAddr::V6(text.parse::<Ipv6Addr>().unwrap());
        for (one, other, shared) in [
            (ADA, mapped("192.0.2.7"), true),
            (ADA, mapped("192.0.2.8"), false),
            (ADA, nth(1), false),
            (v6("2001:db8:1:2::1"), v6("2001:db8:1:2:ffff:ffff:ffff:ffff"), true),
            (v6("2001:db8:1:2::1"), v6("2001:db8:1:3::1"), false),
            (v6("::c000:207"), ADA, false),
        ] {
            let (budgets, now) = (Budgets::default(), Instant::now());
            takes(&budgets, Budget::Failure, one, now);
            assert_eq!(budgets.spent(Budget::Failure, other, now).is_some(), shared, "{one} and {other}");
        }
    }

    #[test]
    fn a_clock_read_a_little_earlier_by_another_request_gives_nothing_away() {
        let (budgets, start) = (Budgets::default(), Instant::now());
        let now = start + seconds(10.0);
        assert_eq!(takes(&budgets, Budget::Share, ADA, now), 20);
        assert_eq!(budgets.take(Budget::Share, ADA, now - seconds(0.5)), Err(Wait(4)));
        assert_eq!(takes(&budgets, Budget::Share, ADA, now), 0);
    }

    #[test]
    fn a_flood_of_a_million_addresses_neither_fills_memory_nor_frees_the_worst() {
        let (budgets, start) = (Budgets::default(), Instant::now());
        assert_eq!(takes(&budgets, Budget::Share, ADA, start), 20);
        for n in 0..1_000_000 {
            let now = start + Duration::from_micros(u64::from(n));
            assert_eq!(budgets.take(Budget::Share, nth(n), now), Ok(()));
        }
        let held = budgets.share.lock().unwrap();
        assert_eq!((held.whole.len(), held.order.len()), (KEPT, KEPT));
        drop(held);
        assert_eq!(budgets.spent(Budget::Share, ADA, start + seconds(1.0)), Some(Wait(2)));
        assert_eq!(budgets.take(Budget::Share, ADA, start + seconds(120.0)), Ok(()));
        assert_eq!(budgets.share.lock().unwrap().whole.len(), 1, "what is whole again is forgotten");
    }

    fn any_kind() -> impl Strategy<Value = Budget> {
        prop::sample::select(&Budget::ALL[..])
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_the_burst_and_the_rate(
            kind in any_kind(),
            steps in prop::collection::vec((0..4_000u64, 1..40usize), 1..60),
        ) {
            let (budgets, start) = (Budgets::default(), Instant::now());
            let (burst, each) = kind.measure();
            let mut now = start;
            let mut taken: Vec<Instant> = Vec::new();
            for (pause, tries) in steps {
                now += Duration::from_millis(pause);
                for _ in 0..tries {
                    let spent = budgets.spent(kind, ADA, now);
                    match budgets.take(kind, ADA, now) {
                        Ok(()) => {
                            prop_assert_eq!(spent, None);
                            taken.push(now);
                        }
                        Err(wait) => {
                            prop_assert_eq!(spent, Some(wait));
                            prop_assert!(wait.0 >= 1);
                            prop_assert!(budgets.spent(kind, ADA, now + Duration::from_secs(wait.0)).is_none());
                        }
                    }
                }
            }
            // In every stretch of time, not only from the start.
            for (at, first) in taken.iter().enumerate() {
                for (count, last) in taken[at..].iter().enumerate() {
                    let allowed = f64::from(burst) + last.duration_since(*first).as_secs_f64() / each.as_secs_f64();
                    prop_assert!((count + 1) as f64 <= allowed + 1e-6, "{} in {:?}", count + 1, *last - *first);
                }
            }
        }

        #[test]
        fn an_address_that_was_idle_is_whole_again(kind in any_kind(), spent in 0..200usize, more in 0..100_000u64) {
            let (budgets, start) = (Budgets::default(), Instant::now());
            (0..spent).for_each(|_| _ = budgets.take(kind, ADA, start));
            let (burst, each) = kind.measure();
            let later = start + each * burst + Duration::from_millis(more);
            prop_assert_eq!(takes(&budgets, kind, ADA, later), burst as usize);
        }

        #[test]
        fn one_address_never_starves_another(kind in any_kind(), others in prop::collection::vec(0..50u32, 0..2_000)) {
            let (budgets, start) = (Budgets::default(), Instant::now());
            others.iter().for_each(|other| _ = budgets.take(kind, nth(*other), start));
            prop_assert_eq!(takes(&budgets, kind, ADA, start), kind.measure().0 as usize);
        }
    }
}

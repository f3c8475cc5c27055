//! Which lines of the audit log are asked for.

use std::net::IpAddr;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use ipnet::IpNet;

use super::Audit;
use crate::domain::Timestamp;
use crate::edge::audit::{Event, Kind, Text};

/// From when on, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    /// So long ago.
    Ago(TimeDelta),
    /// From this moment on.
    At(Timestamp),
}

/// Reads the name of an event.
pub(super) fn kind(text: &str) -> Result<Kind, crate::edge::audit::NoKind> {
    text.parse()
}

/// Reads a time: so many minutes, hours or days ago, a date (its beginning in UTC), or a moment with its zone.
pub(super) fn since(text: &str) -> Result<Since, &'static str> {
    const FORMS: &str = "write 90m, 2h, 7d, 2026-11-01 or 2026-11-01T08:00:00Z";
    if let Some(ago) = ago(text) {
        return Ok(Since::Ago(ago));
    }
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Ok(Since::At(date.and_time(NaiveTime::MIN).and_utc()));
    }
    let moment = chrono::DateTime::parse_from_rfc3339(text).map_err(|_| FORMS)?;
    Ok(Since::At(moment.to_utc()))
}

fn ago(text: &str) -> Option<TimeDelta> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number = digits.parse::<u32>().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    match &text[digits.len()..] {
        "m" => TimeDelta::try_minutes(number.into()),
        "h" => TimeDelta::try_hours(number.into()),
        "d" => TimeDelta::try_days(number.into()),
        _ => None,
    }
}

/// What is asked for. Texts are held against the log as the log would have written them.
pub(super) struct Filter {
    event: Option<Kind>,
    who: Option<String>,
    from: Option<Place>,
    role: Option<Text>,
    outcome: Option<Text>,
    since: Option<Timestamp>,
}

impl Filter {
    /// What the command line asks for at `now`.
    pub(super) fn new(asked: Audit, now: Timestamp) -> Filter {
        let moment = |since| match since {
            Since::At(moment) => moment,
            Since::Ago(long) => now.checked_sub_signed(long).unwrap_or(Timestamp::MIN_UTC),
        };
        Filter {
            event: asked.event,
            who: asked.who.map(|who| Text::new(&who).as_str().to_lowercase()),
            from: asked.from.map(|from| Place::parse(&from)),
            role: asked.role.as_deref().map(Text::new),
            outcome: asked.outcome.as_deref().map(Text::new),
            since: asked.since.map(moment),
        }
    }

    /// Whether an event is asked for.
    pub(super) fn passes(&self, event: &Event) -> bool {
        let who = |wanted: &String| {
            let names = [&event.who.email, &event.who.sub, &event.sid, &event.grant];
            names.into_iter().flatten().any(|name| name.as_str().to_lowercase() == *wanted)
        };
        self.event.is_none_or(|kind| kind == event.event)
            && self.since.is_none_or(|since| event.time >= since)
            && self.outcome.as_ref().is_none_or(|outcome| *outcome == event.outcome)
            && self.role.as_ref().is_none_or(|role| event.role.as_ref() == Some(role))
            && self.who.as_ref().is_none_or(who)
            && self.from.as_ref().is_none_or(|place| event.from.as_ref().is_some_and(|from| place.holds(from)))
    }
}

/// Where events come from.
enum Place {
    Network(IpNet),
    Other(Text),
}

impl Place {
    fn parse(text: &str) -> Place {
        let address = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        match text.parse().or_else(|_| address()) {
            Ok(network) => Place::Network(network),
            Err(_) => Place::Other(Text::new(text)),
        }
    }

    fn holds(&self, from: &Text) -> bool {
        match self {
            Place::Network(network) => from.as_str().parse::<IpAddr>().is_ok_and(|address| network.contains(&address)),
            Place::Other(text) => text == from,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_is_so_long_ago_a_date_or_a_moment() {
        for (text, expected) in [
            ("90m", Since::Ago(TimeDelta::minutes(90))),
            ("2h", Since::Ago(TimeDelta::hours(2))),
            ("7d", Since::Ago(TimeDelta::days(7))),
            ("0h", Since::Ago(TimeDelta::zero())),
            ("2026-11-01", Since::At(moment("2026-11-01T00:00:00Z"))),
            ("2026-11-01T08:00:00Z", Since::At(moment("2026-11-01T08:00:00Z"))),
            ("2026-11-01T08:00:00.5+02:00", Since::At(moment("2026-11-01T06:00:00.5Z"))),
        ] {
            assert_eq!(since(text), Ok(expected), "{text}");
        }
        for text in
            ["", "h", "7", "-2h", "+2h", "2 h", "2w", "1.5h", "2hh", "2026-13-01", "yesterday", "2026-11-01T08:00"]
        {
            assert!(since(text).is_err(), "{text}");
        }
        for far in ["4294967295d", "4294967296d"] {
            assert!(since(far).is_err() || matches!(since(far), Ok(Since::Ago(_))), "{far}");
        }
    }

    #[test]
    fn a_filter_passes_what_fits_all_that_is_asked_for() {
        let now = moment("2026-11-24T10:00:00Z");
        let event = Event::new(Kind::SignIn, moment("2026-11-24T09:00:00Z"))
            .person("https://id.example", "Subject-7")
            .email("Ada@acme.example")
            .sid("s1")
            .from("192.0.2.7")
            .role("sales")
            .outcome("no-role");
        let text = |text: &str| Some(text.to_owned());
        let none = Audit::default;
        let cases = [
            (none(), true),
            (Audit { event: Some(Kind::SignIn), ..none() }, true),
            (Audit { event: Some(Kind::SignOut), ..none() }, false),
            (Audit { who: text("ADA@acme.EXAMPLE"), ..none() }, true),
            (Audit { who: text("subject-7"), ..none() }, true),
            (Audit { who: text("S1"), ..none() }, true),
            (Audit { who: text("ada"), ..none() }, false),
            (Audit { who: text("https://id.example"), ..none() }, false),
            (Audit { from: text("192.0.2.7"), ..none() }, true),
            (Audit { from: text("::ffff:192.0.2.7"), ..none() }, true),
            (Audit { from: text("192.0.2.0/24"), ..none() }, true),
            (Audit { from: text("192.0.2.70"), ..none() }, false),
            (Audit { from: text("198.51.100.0/24"), ..none() }, false),
            (Audit { from: text("command line"), ..none() }, false),
            (Audit { role: text("sales"), ..none() }, true),
            (Audit { role: text("Sales"), ..none() }, false),
            (Audit { outcome: text("no-role"), ..none() }, true),
            (Audit { outcome: text("ok"), ..none() }, false),
            (Audit { since: since("60m").ok(), ..none() }, true),
            (Audit { since: since("59m").ok(), ..none() }, false),
            (Audit { since: since("4000000000d").ok(), ..none() }, true),
            (Audit { since: since("2026-11-24").ok(), ..none() }, true),
            (Audit { since: since("2026-11-24T09:00:00.001Z").ok(), ..none() }, false),
            (Audit { who: text("s1"), role: text("sales"), since: since("2h").ok(), ..none() }, true),
            (Audit { who: text("s1"), role: text("other"), since: since("2h").ok(), ..none() }, false),
        ];
        for (asked, expected) in cases {
            let told = format!("{asked:?}");
            assert_eq!(Filter::new(asked, now).passes(&event), expected, "{told}");
        }
        let here = Event::new(Kind::Keys, now).from("command line");
        assert!(Filter::new(Audit { from: text("command line"), ..none() }, now).passes(&here));
        assert!(!Filter::new(Audit { from: text("192.0.2.7"), ..none() }, now).passes(&here));
    }

    #[test]
    fn a_name_too_long_for_the_log_is_found_all_the_same() {
        let long = "x".repeat(250);
        let event = Event::new(Kind::SignIn, Timestamp::MIN_UTC).person("https://id.example", &long);
        let asked = Audit { who: Some(long), ..Audit::default() };
        assert!(Filter::new(asked, Timestamp::MIN_UTC).passes(&event));
    }
}

//! `--as-of`: another present, for tests and repairs.

use anyhow::{Result, bail};
use chrono::{NaiveDate, Utc};
use clap::Args;

use super::Unusable;
use crate::config::Config;
use crate::domain::Timestamp;

/// The hour, UTC, at which a night that is named by its date is taken to run.
const HOUR: u32 = 2;

/// Another moment to work at than the present one.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct AsOf {
    /// Take this moment for now: a UTC date, meaning 02:00 of it, or a time such as 2026-11-20T02:00:00Z
    ///
    /// For a build it is the day that pages count back from and the time that the release bears; figures that were
    /// collected since stay in. GitHub answers of its own present only, and figures must not be filed under another
    /// day's window: a collection as of an earlier day is refused unless each source is on this machine, as a sample is.
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    as_of: Option<Timestamp>,
}

impl AsOf {
    /// The moment to build at.
    ///
    /// # Errors
    /// It has not come yet: what is dated ahead of time would never be corrected.
    pub(super) fn to_build(self) -> Result<Timestamp> {
        self.at(Utc::now())
    }

    /// The moment to collect at.
    ///
    /// # Errors
    /// As [`AsOf::to_build`], and where a source cannot answer as of another day than today.
    pub(super) fn to_collect(self, config: &Config) -> Result<Timestamp> {
        let present = Utc::now();
        let now = self.at(present)?;
        // Addresses without TLS are those of this machine: the configuration takes no others.
        let real = config.sources.iter().find(|source| !source.api.starts_with("http:"));
        match real {
            Some(source) if now.date_naive() < present.date_naive() => bail!(Unusable(format!(
                "source `{}` asks {}, which answers as of today and not as of {}\n\nhint: `tollgate build --as-of` \
                 renders the history as of an earlier day; what was not collected in time comes back by `tollgate import`",
                source.name,
                source.api,
                now.date_naive()
            ))),
            _ => Ok(now),
        }
    }

    fn at(self, present: Timestamp) -> Result<Timestamp> {
        let now = self.as_of.unwrap_or(present);
        if now > present {
            let told = now.format("%F %T UTC");
            bail!(Unusable(format!(
                "{told} is in the future\n\nhint: leave `--as-of` out to work at the present moment"
            )));
        }
        Ok(now)
    }
}

/// A date, or a date with a time.
fn moment(text: &str) -> Result<Timestamp, String> {
    let day = text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(HOUR, 0, 0));
    let fault = |_| "write a UTC date such as 2026-11-20, or a time such as 2026-11-20T02:00:00Z".to_owned();
    day.map_or_else(|| text.parse().map_err(fault), |day| Ok(day.and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(api: &str) -> Config {
        let text = format!(
            "[site]\ntitle = \"T\"\nbase_url = \"http://localhost\"\n[[source]]\nname = \"acme\"\napi = \"{api}\"\n\
             token_env = \"T\"\nrepositories = [\"acme/*\"]\n"
        );
        Config::parse(&text, std::path::Path::new("tollgate.toml")).unwrap()
    }

    #[test]
    fn a_date_alone_means_two_in_the_morning_and_what_is_neither_is_told() {
        let time = |text: &str| moment(text).map(|time| time.to_rfc3339());
        assert_eq!(time("2026-11-20").unwrap(), "2026-11-20T02:00:00+00:00");
        assert_eq!(time("2026-11-20T23:30:00+01:00").unwrap(), "2026-11-20T22:30:00+00:00");
        for bad in ["", "yesterday", "2026-13-01", "2026-11-20T02:00:00", "20"] {
            assert!(time(bad).unwrap_err().contains("such as 2026-11-20"), "{bad}");
        }
    }

    #[test]
    fn the_future_is_refused_and_so_is_another_day_of_a_real_github() {
        let as_of = |text: &str| AsOf { as_of: Some(moment(text).unwrap()) };
        let ahead = AsOf { as_of: Some(Utc::now() + chrono::Duration::hours(1)) };
        assert!(ahead.to_build().unwrap_err().to_string().contains(" is in the future\n\nhint: "));
        assert!(ahead.to_collect(&config("http://127.0.0.1:9")).is_err());
        assert_eq!(as_of("2026-01-20").to_build().unwrap(), moment("2026-01-20").unwrap());
        assert_eq!(
            as_of("2026-01-20").to_collect(&config("http://127.0.0.1:9")).unwrap(),
            moment("2026-01-20").unwrap()
        );
        let told = as_of("2026-01-20").to_collect(&config("https://api.github.com")).unwrap_err();
        let expected =
            "source `acme` asks https://api.github.com, which answers as of today and not as of 2026-01-20\n\n";
        assert!(told.to_string().starts_with(expected) && told.is::<Unusable>(), "{told}");
        let now = AsOf { as_of: Some(Utc::now() - chrono::Duration::nanoseconds(1)) };
        assert!(now.to_collect(&config("https://api.github.com")).is_ok(), "earlier today is today");
        assert!(AsOf::default().to_collect(&config("https://api.github.com")).is_ok());
    }
}

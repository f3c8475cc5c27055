//! The weather of each night: everything that GitHub's pipeline was ever seen doing, at random.

use chrono::Days;
use tollgate::demo::github::{Drift, Weather, Zeros};
use tollgate::domain::Date;

use super::chance::Chance;

/// What lasts longer than a night.
pub(super) struct Climate {
    weather: Weather,
    /// Until when the pipeline stands still.
    thaw: Option<Date>,
    /// For how many nights more nobody collects.
    away: u64,
    /// Days that were shown lower for a while, with the first day of truth: a small figure may have vanished.
    lowered: Vec<(Date, Date)>,
}

impl Climate {
    pub(super) fn new() -> Climate {
        Climate { weather: Weather::default(), thaw: None, away: 0, lowered: Vec::new() }
    }

    /// The weather of the night after `today` began.
    pub(super) fn night(&mut self, today: Date, chance: &mut Chance) -> Weather {
        self.away = match self.away {
            0 if chance.of(0.03) => chance.spell(0.2, (4, 20)),
            left => left.saturating_sub(1),
        };
        if self.thaw.is_some_and(|thaw| thaw <= today) {
            (self.thaw, self.weather.frozen) = (None, None);
        }
        if self.thaw.is_none() && chance.of(0.02) {
            self.thaw = Some(today + Days::new(chance.spell(0.25, (5, 24))));
            self.weather.frozen = Some(today - Days::new(1 + chance.number(3)));
        }
        self.weather.drift = match chance.number(5) {
            0 => Drift::Mixed,
            1 => Drift::Behind(2),
            2 => Drift::Behind(1),
            _ => Drift::Behind(0),
        };
        self.weather.oldest_truncated = chance.of(0.2);
        if chance.of(0.02) {
            self.weather.zeros = [Zeros::Nobody, Zeros::Private, Zeros::Everybody][chance.number(3) as usize];
        }
        self.revise(today, chance);
        self.weather.clone()
    }

    fn revise(&mut self, today: Date, chance: &mut Chance) {
        let date = today - Days::new(1 + chance.number(3));
        let until = today + Days::new(1 + chance.number(3));
        match chance.number(40) {
            0 | 1 => {
                self.weather.drop_day(date, 0.22, until);
                self.lowered.push((date, until));
            }
            2 => {
                self.weather.drop_day(date, 0.9, until);
                self.lowered.push((date, until));
            }
            3 => self.weather.zero_day(date, until),
            4 => self.weather.leave_out_day(date, until),
            _ => {}
        }
    }

    /// Whether nobody collects tonight.
    pub(super) fn away(&self) -> bool {
        self.away > 0
    }

    /// Whether `date` showed less than the truth on `today`.
    pub(super) fn lowered(&self, date: Date, today: Date) -> bool {
        self.lowered.iter().any(|(day, until)| *day == date && today < *until)
    }
}

//! How a collection tells how far it is: a bar on a terminal, plain lines elsewhere, nothing where it is not wanted.

use std::io::{self, IsTerminal, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tracing::info;

use crate::domain::plan::Estimate;
use crate::domain::repo::SourceName;
use crate::github::Event;

/// All bars of the program: a log line has to go past whichever there is.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// How often the remaining time is told anew while nothing happens.
const TICK: Duration = Duration::from_millis(250);

/// Plain lines are at least so far apart,
const APART: Duration = Duration::from_secs(30);

/// and at least so many per cent.
const STEP: usize = 10;

/// How much is told of the progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// A bar with rate and remaining time.
    Bars,
    /// Log lines, of the kind that all others have.
    Lines,
    /// Nothing.
    Nothing,
}

impl Talk {
    /// As the command line wants it.
    pub(super) fn of(quiet: bool, json: bool) -> Talk {
        match (quiet, json || !io::stderr().is_terminal()) {
            (true, _) => Talk::Nothing,
            (false, true) => Talk::Lines,
            (false, false) => Talk::Bars,
        }
    }
}

/// The progress of one source. Its bar is gone when this is.
pub(super) struct Progress {
    source: SourceName,
    bars: MultiProgress,
    bar: Option<ProgressBar>,
    lines: Option<Lines>,
    began: Instant,
}

impl Progress {
    /// Begins to tell of a source.
    pub(super) fn of(source: &SourceName, talk: Talk) -> Progress {
        Progress::on(&BARS, source, talk)
    }

    fn on(bars: &MultiProgress, source: &SourceName, talk: Talk) -> Progress {
        let bar = (talk == Talk::Bars).then(|| bars.add(listing(source)));
        // Not before it is among the others: it would draw past them once.
        bar.iter().for_each(|bar| bar.enable_steady_tick(TICK));
        let lines = (talk == Talk::Lines).then(Lines::default);
        Progress { source: source.clone(), bars: bars.clone(), bar, lines, began: Instant::now() }
    }

    /// Tells of what happened, as far as it is about the progress.
    pub(super) fn hear(&mut self, event: &Event) {
        match event {
            Event::Estimate(estimate) => self.estimate(estimate),
            Event::Step { done, total } => self.step(*done, *total),
            Event::Observation(_) => {}
        }
    }

    fn estimate(&self, estimate: &Estimate) {
        if self.bar.is_some() || self.lines.is_some() {
            info!("source `{}`: {estimate}", self.source);
        }
    }

    fn step(&mut self, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            if bar.length().is_none() {
                bar.set_style(steps());
            }
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
        if let Some(said) = self.lines.as_mut().and_then(|lines| lines.due(done, total, self.began.elapsed())) {
            info!("source `{}`: {said}", self.source);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
            self.bars.remove(bar);
        }
    }
}

/// What is shown while nobody knows yet how much there is.
fn listing(source: &SourceName) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {spinner} listing").unwrap_or_else(|_| plain());
    ProgressBar::no_length().with_style(style).with_prefix(format!("source `{source}`"))
}

/// How far it is, how fast it goes, and how long it takes still.
fn steps() -> ProgressStyle {
    let template = "{prefix} {wide_bar} {human_pos} of {human_len}, {per_sec:.1}, {eta} left";
    ProgressStyle::with_template(template).unwrap_or_else(|_| plain()).progress_chars("━╸ ")
}

fn plain() -> ProgressStyle {
    ProgressStyle::default_bar()
}

/// Decides when a plain line is due.
#[derive(Debug, Default)]
struct Lines {
    percent: usize,
    told: Duration,
}

impl Lines {
    /// What to say `elapsed` after the beginning; the end is told by the summary.
    fn due(&mut self, done: usize, total: usize, elapsed: Duration) -> Option<String> {
        let percent = done * 100 / total.max(1);
        if done >= total || percent < self.percent + STEP || elapsed < self.told + APART {
            return None;
        }
        (self.percent, self.told) = (percent, elapsed);
        let left = elapsed.mul_f64((total - done) as f64 / done as f64);
        Some(format!("{percent} % done, {done} of {total}, about {} left", duration(left)))
    }
}

/// `9.4 s`, `48 s`, `4 min 50 s`.
pub(super) fn duration(took: Duration) -> String {
    match took.as_secs() {
        0..10 => format!("{:.1} s", took.as_secs_f64()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Standard error for log lines: a bar steps aside for each of them.
pub(super) struct Stderr;

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        BARS.suspend(|| io::stderr().lock().write_all(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use indicatif::{ProgressDrawTarget, TermLike};

    use super::*;

    /// A terminal of eighty columns that keeps what was written to it.
    #[derive(Clone, Debug, Default)]
    struct Terminal(Arc<Mutex<String>>);

    impl Terminal {
        fn put(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }

        fn shown(&self) -> String {
            std::mem::take(&mut *self.0.lock().unwrap())
        }
    }

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.put(text)?;
            self.put("\n")
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.put(text)
        }
        fn clear_line(&self) -> io::Result<()> {
            self.put("<clear>")
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_bar_shows_listing_then_steps_and_makes_way_for_lines() {
        let terminal = Terminal::default();
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::term_like(Box::new(terminal.clone())));
        let mut progress = Progress::on(&bars, &"acme".parse().unwrap(), Talk::Bars);
        let bar = progress.bar.clone().unwrap();
        // Drawn when asked, not by the clock.
        bar.disable_steady_tick();
        bar.force_draw();
        assert!(terminal.shown().contains("source `acme` "), "a spinner while it lists");
        progress.hear(&Event::Step { done: 1_500, total: 3_000 });
        bar.force_draw();
        let shown = terminal.shown();
        assert!(shown.contains("1,500 of 3,000, ") && shown.contains(" left"), "{shown}");
        bars.suspend(|| terminal.put("a log line\n")).unwrap();
        let shown = terminal.shown();
        let (before, after) = shown.split_once("a log line\n").unwrap();
        assert!(before.contains("<clear>") && after.contains("1,500 of 3,000"), "{shown}");
        drop(progress);
        let shown = terminal.shown();
        assert!(!shown.contains("of 3,000"), "nothing is left of it: {shown}");
    }

    #[test]
    fn without_a_bar_nothing_is_drawn() {
        let terminal = Terminal::default();
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::term_like(Box::new(terminal.clone())));
        for talk in [Talk::Lines, Talk::Nothing] {
            let mut progress = Progress::on(&bars, &"acme".parse().unwrap(), talk);
            progress.hear(&Event::Step { done: 1, total: 2 });
        }
        assert_eq!(terminal.shown(), "");
    }

    #[test]
    fn a_plain_line_is_due_every_ten_per_cent_and_no_sooner_than_in_half_a_minute() {
        let mut lines = Lines::default();
        let mut due = |done, seconds| lines.due(done, 1_000, Duration::from_secs(seconds));
        assert_eq!(due(90, 60), None, "not ten per cent yet");
        assert_eq!(due(300, 20), None, "not half a minute yet");
        assert_eq!(due(250, 50).unwrap(), "25 % done, 250 of 1000, about 2 min 30 s left");
        assert_eq!(due(600, 70), None);
        assert_eq!(due(340, 90), None);
        assert_eq!(due(900, 90).unwrap(), "90 % done, 900 of 1000, about 10 s left");
        assert_eq!(due(1_000, 200), None, "the summary tells the end");
        assert_eq!(Lines::default().due(0, 0, Duration::from_secs(99)), None);
    }

    #[test]
    fn who_wants_quiet_or_json_gets_no_bar() {
        assert_eq!([Talk::of(true, false), Talk::of(true, true)], [Talk::Nothing; 2]);
        assert_eq!(Talk::of(false, true), Talk::Lines);
    }

    #[test]
    fn durations_are_as_exact_as_they_are_short() {
        let told = [0.94, 9.96, 61.2, 290.0].map(|seconds| duration(Duration::from_secs_f64(seconds)));
        assert_eq!(told, ["0.9 s", "10.0 s", "61 s", "4 min 50 s"]);
    }
}

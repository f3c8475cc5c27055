//! The site's own look: an accent colour with everything derived from it, a style file and a logo.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// What of the look is the site's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// In place of the built-in accent.
    pub accents: Option<Accents>,
    /// A style file that comes after the built-in style.
    pub css: Option<PathBuf>,
    /// An SVG, PNG or WebP file, shown beside the site's title.
    pub logo: Option<PathBuf>,
}

/// A colour, as `#2f55d4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// The accent on light ground and on dark ground. Both can be read on everything that they stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accents {
    light: Color,
    dark: Color,
}

/// A text that is no colour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no colour")]
pub struct ColorFault(pub String);

/// An accent that cannot be read everywhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{color} has a contrast of {ratio}:1 on the {ground}, and text needs {LEAST}:1 (WCAG 2.2, 1.4.3)")]
pub struct ContrastFault {
    color: Color,
    ratio: String,
    ground: String,
    /// The nearest colour of the same hue that can be read.
    pub better: Color,
    /// Whether it is the accent on dark ground.
    pub dark: bool,
}

/// Of WCAG's level AA, for text of any size.
const LEAST: f64 = 4.5;

/// The grounds that text stands on: `--paper` and `--sheet` of the style.
struct Ground {
    paper: Color,
    sheet: Color,
    towards: Color,
    name: &'static str,
}

const BLACK: Color = Color([0, 0, 0]);
const WHITE: Color = Color([255, 255, 255]);
const LIGHT: Ground = Ground { paper: Color([0xf7, 0xf7, 0xf5]), sheet: WHITE, towards: BLACK, name: "light" };
const DARK: Ground =
    Ground { paper: Color([0x0e, 0x11, 0x16]), sheet: Color([0x16, 0x1a, 0x21]), towards: WHITE, name: "dark" };

impl Accents {
    /// Takes the accents if they can be read. Without one for dark ground, the light one is lightened until it can.
    ///
    /// # Errors
    /// A contrast below 4.5 to 1, with the ground and the nearest colour that would do.
    pub fn new(light: Color, dark: Option<Color>) -> Result<Accents, ContrastFault> {
        LIGHT.check(light, false)?;
        if let Some(dark) = dark {
            DARK.check(dark, true)?;
        }
        Ok(Accents { light, dark: dark.unwrap_or_else(|| DARK.better(light)) })
    }

    /// The custom properties, to come after the built-in style. Paper is always light.
    pub(super) fn css(&self) -> String {
        let (light, dark) = (LIGHT.properties(self.light), DARK.properties(self.dark));
        format!(
            "\n/* ── Theme ── */\n\n:root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n\
             @media print {{ :root {{ {light} }} }}\n"
        )
    }
}

impl Ground {
    /// What lies below chosen entries of the navigation.
    fn wash(&self, accent: Color) -> Color {
        self.sheet.mix(accent, 10)
    }

    fn grounds(&self, accent: Color) -> [(&'static str, Color); 3] {
        [("paper", self.paper), ("sheet", self.sheet), ("wash of the navigation", self.wash(accent))]
    }

    fn check(&self, accent: Color, dark: bool) -> Result<(), ContrastFault> {
        let worst = self
            .grounds(accent)
            .into_iter()
            .min_by(|(_, a), (_, b)| accent.contrast(*a).total_cmp(&accent.contrast(*b)));
        let Some((name, ground)) = worst.filter(|(_, ground)| accent.contrast(*ground) < LEAST) else { return Ok(()) };
        // Rounded down: 4.49 is not 4.5.
        let ratio = format!("{:.2}", (accent.contrast(ground) * 100.0).floor() / 100.0);
        let ground = format!("{} {name} {ground}", self.name);
        Err(ContrastFault { color: accent, ratio, ground, better: self.better(accent), dark })
    }

    fn better(&self, accent: Color) -> Color {
        let steps = (0..=100).map(|percent| accent.mix(self.towards, percent));
        let readable = |color: &Color| self.grounds(*color).iter().all(|(_, ground)| color.contrast(*ground) >= LEAST);
        steps.into_iter().find(readable).unwrap_or(self.towards)
    }

    fn properties(&self, accent: Color) -> String {
        let heat = [18, 42, 72, 100].map(|percent| self.sheet.mix(accent, percent));
        format!(
            "--accent: {accent}; --accent-wash: {}; --accent-bar: {}; --heat-1: {}; --heat-2: {}; --heat-3: {}; --heat-4: {};",
            self.wash(accent),
            self.sheet.mix(accent, 16),
            heat[0],
            heat[1],
            heat[2],
            heat[3]
        )
    }
}

impl Color {
    /// This one with so much of the other in it.
    fn mix(self, other: Color, percent: u32) -> Color {
        let one = |at: usize| {
            let (from, to) = (u32::from(self.0[at]), u32::from(other.0[at]));
            u8::try_from((from * (100 - percent) + to * percent + 50) / 100).unwrap_or(u8::MAX)
        };
        Color([one(0), one(1), one(2)])
    }

    /// From 1 to 21, as WCAG 2.2 defines it.
    fn contrast(self, other: Color) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = self.0.map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0[0], self.0[1], self.0[2])
    }
}

impl FromStr for Color {
    type Err = ColorFault;

    fn from_str(text: &str) -> Result<Color, ColorFault> {
        let digits =
            text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let value = value.ok_or_else(|| ColorFault(text.to_owned()))?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Color([red, green, blue]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(text: &str) -> Color {
        text.parse().unwrap()
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 1e-9);
        // 4.54 and 4.48: the two greys on either side of the limit.
        assert!(color("#767676").contrast(WHITE) >= LEAST && color("#777777").contrast(WHITE) < LEAST);
    }

    #[test]
    fn an_accent_that_cannot_be_read_is_refused_with_one_that_can() {
        let fault = Accents::new(color("#ffcc00"), None).unwrap_err();
        let said = fault.to_string();
        assert!(said.starts_with("#ffcc00 has a contrast of 1.") && said.contains("and text needs 4.5:1"), "{said}");
        assert!(Accents::new(fault.better, None).is_ok(), "{}", fault.better);
        let fault = Accents::new(color("#0b5c3b"), Some(color("#0b5c3b"))).unwrap_err();
        assert!(fault.dark && fault.to_string().contains("on the dark "), "{fault}");
    }

    #[test]
    fn the_accent_for_dark_ground_is_found_by_itself() {
        let accents = Accents::new(color("#2f55d4"), None).unwrap();
        assert!(DARK.check(accents.dark, true).is_ok() && accents.dark != accents.light);
        assert!(accents.css().contains("--accent: #2f55d4; --accent-wash: #eaeefb;"), "{}", accents.css());
    }

    #[test]
    fn the_grounds_are_those_of_the_style() {
        let style = include_str!("../../templates/assets/tollgate.css");
        let ground = |ground: &Ground| format!("--paper: {};\n    --sheet: {};", ground.paper, ground.sheet);
        let style = style.replace("\n  --", "\n    --");
        assert!(style.contains(&ground(&LIGHT)) && style.contains(&ground(&DARK)));
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        for text in ["2f55d4", "#2f5", "#2f55d4ff", "blue", "#2f55dg", "#+f55d4"] {
            assert!(text.parse::<Color>().is_err(), "{text}");
        }
        assert_eq!(color("#2F55d4").to_string(), "#2f55d4");
    }
}

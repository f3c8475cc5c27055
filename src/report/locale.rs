//! The site's language: messages from catalogs, numbers and dates as its readers write them. Every day is a UTC day.
//!
//! Messages are Fluent files in `templates/locales/LANGUAGE`; what a language lacks is said in English. A template names
//! a message as `[[key]]`, which is replaced when templates are loaded; a message with values is made by [`Words::say`].

mod dates;
mod numbers;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

use super::Error;
use super::engine::gather;
use crate::domain::release::Digest;

#[derive(RustEmbed)]
#[folder = "templates/locales/"]
struct Catalogs;

/// Every catalog by its path in a templates folder.
pub(super) fn built_in() -> Vec<(String, Vec<u8>)> {
    let file = |name: &str| Some((format!("locales/{name}"), Catalogs::get(name)?.data.into_owned()));
    Catalogs::iter().filter_map(|name| file(&name)).collect()
}

/// A language that reports are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Japanese.
    Ja,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 5] = [Language::En, Language::De, Language::Fr, Language::Es, Language::Ja];

    /// As in `<html lang>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::De => "de",
            Language::Fr => "fr",
            Language::Es => "es",
            Language::Ja => "ja",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Language {
    type Err = LanguageFault;

    fn from_str(text: &str) -> Result<Language, LanguageFault> {
        Language::ALL
            .into_iter()
            .find(|language| language.as_str() == text)
            .ok_or_else(|| LanguageFault(text.to_owned()))
    }
}

/// A language that reports are not written in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no reports in the language `{0}`; there are en, de, fr, es and ja")]
pub struct LanguageFault(pub String);

/// Everything needed to write in one language.
pub(super) struct Words {
    language: Language,
    messages: FluentBundle<FluentResource>,
    /// What the language lacks.
    english: FluentBundle<FluentResource>,
    digest: Digest,
}

/// A value of a message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arg<'a> {
    Text(&'a str),
    /// Written with the language's separators, and choosing among plural forms.
    Number(u64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Arg<'a> {
        Arg::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Arg<'a> {
        Arg::Text(text)
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Arg::Number(number)
    }
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Arg::Number(number as u64)
    }
}

impl Words {
    /// Reads the catalogs of a language; files below `overrides/locales` replace built-in ones of the same path.
    ///
    /// # Errors
    /// When a catalog cannot be read, or is no Fluent.
    pub(super) fn load(language: Language, overrides: Option<&Path>) -> Result<Words, Error> {
        let files = gather::<Catalogs>("locales", overrides)?;
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        for (name, file) in files {
            texts.insert(name, file.text()?);
        }
        let parts = texts.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
        let digest = Digest::of_parts(parts.chain([language.as_str().as_bytes()]));
        Ok(Words { language, messages: bundle(language, &texts)?, english: bundle(Language::En, &texts)?, digest })
    }

    /// What everything written depends on.
    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    /// Of `<html lang>`.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// Whether there is such a message, in this language or in English.
    pub(super) fn has(&self, key: &str) -> bool {
        self.messages.has_message(key) || self.english.has_message(key)
    }

    /// A message without values. A key that does not exist shows as itself.
    pub(super) fn text(&self, key: &str) -> String {
        self.say(key, &[])
    }

    /// Sentences one after the other; empty ones are left out.
    pub(super) fn sentences(&self, parts: &[String]) -> String {
        let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join(if self.language == Language::Ja { "" } else { " " })
    }

    /// A message with values, such as `say("views-fell", &[("percent", 12.into())])`.
    pub(super) fn say(&self, key: &str, values: &[(&str, Arg<'_>)]) -> String {
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            match *value {
                Arg::Text(text) => args.set(*name, FluentValue::from(text.to_owned())),
                Arg::Number(number) => args.set(*name, FluentValue::from(number)),
            }
        }
        let bundle = if self.messages.has_message(key) { &self.messages } else { &self.english };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            debug_assert!(false, "there is no message `{key}`");
            return key.to_owned();
        };
        let mut faults = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut faults).into_owned();
        debug_assert!(faults.is_empty(), "the message `{key}`: {faults:?}");
        text
    }
}

fn bundle(language: Language, texts: &BTreeMap<String, String>) -> Result<FluentBundle<FluentResource>, Error> {
    let identifier = language.as_str().parse().map_err(|fault| Error::Template(format!("{language}: {fault:?}")))?;
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // Marks around values are for languages of two directions, and would show up in search and CSV.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::En => |value, _| numbers::of_value(Language::En, value),
        Language::De => |value, _| numbers::of_value(Language::De, value),
        Language::Fr => |value, _| numbers::of_value(Language::Fr, value),
        Language::Es => |value, _| numbers::of_value(Language::Es, value),
        Language::Ja => |value, _| numbers::of_value(Language::Ja, value),
    }));
    let prefix = format!("{language}/");
    for (name, text) in texts.iter().filter(|(name, _)| name.starts_with(&prefix)) {
        let resource = FluentResource::try_new(text.clone()).map_err(|(_, faults)| {
            let line =
                faults.first().map_or(0, |fault| text[..fault.pos.start.min(text.len())].matches('\n').count() + 1);
            let fault = faults.first().map_or_else(String::new, ToString::to_string);
            Error::Template(format!("locales/{name}:{line}: {fault}"))
        })?;
        bundle.add_resource(resource).map_err(|faults| {
            Error::Template(format!("locales/{name}: {}", faults.first().map_or_else(String::new, ToString::to_string)))
        })?;
    }
    Ok(bundle)
}

#[cfg(test)]
mod tests;

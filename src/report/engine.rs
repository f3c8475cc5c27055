//! Templates and assets: the built-in ones, each replaced by a file of the same path in the user's folder.

mod assets;
mod explain;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Tera};

use super::Error;
use super::locale::Words;
use super::theme::Theme;
use crate::domain::release::Digest;
pub(super) use assets::Asset;

#[derive(RustEmbed)]
#[folder = "templates/report/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "templates/assets/"]
struct Assets;

/// Everything a page is rendered with, besides its view.
pub(super) struct Engine {
    tera: Tera,
    /// By file name before the digest.
    assets: BTreeMap<String, Asset>,
    digest: Digest,
    /// Templates by name, as Tera has them.
    sources: BTreeMap<String, String>,
    /// Those whose conditions were looked at.
    checked: Mutex<BTreeSet<String>>,
}

impl Engine {
    /// Reads the templates; `overrides` is the user's templates folder.
    pub(super) fn load(overrides: Option<&Path>, words: &Words, theme: &Theme) -> Result<Engine, Error> {
        let templates = gather::<Templates>("report", overrides)?;
        let mut files = gather::<Assets>("assets", overrides)?;
        if let Some(root) = overrides {
            assets::added(&root.join("assets"), &mut files)?;
        }
        let assets = assets::finish(files, theme)?;
        let parts = templates.iter().map(|(name, file)| (name, &file.bytes));
        let parts = parts.chain(assets.iter().map(|(name, asset)| (name, &asset.bytes)));
        let own = Digest::of_parts(parts.flat_map(|(name, bytes)| [name.as_bytes(), bytes.as_slice()])).to_string();
        let digest = Digest::of_parts([own.as_bytes(), words.digest().to_string().as_bytes()]);
        let mut sources = Vec::with_capacity(templates.len());
        for (name, file) in templates {
            let text = worded(&name, &file.text()?, words)?;
            sources.push((name, text));
        }
        let mut tera = Tera::new();
        // Names of repositories, referrers and paths are written by strangers, whatever the format.
        tera.autoescape_on([".html", ".svg", ".txt", ".xml"]);
        let added = tera.add_raw_templates(sources.clone());
        added.map_err(|fault| explain::unreadable(&fault, &sources))?;
        Ok(Engine { tera, assets, digest, sources: sources.into_iter().collect(), checked: Mutex::default() })
    }

    /// The digest of all templates and assets: what every page depends on.
    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    /// Every asset, by its name before the digest.
    pub(super) fn assets(&self) -> &BTreeMap<String, Asset> {
        &self.assets
    }

    /// The address of an asset of that name; empty if a user's folder could not provide it.
    pub(super) fn asset_path(&self, name: &str) -> &str {
        self.assets.get(name).map_or("", |asset| &asset.path)
    }

    /// The address of the site's logo, if it has one.
    pub(super) fn logo(&self) -> Option<&str> {
        self.assets.get(assets::LOGO).map(|asset| asset.path.as_str())
    }

    /// # Errors
    /// What is wrong with the template, with file, line and what exists.
    pub(super) fn render<T: Serialize>(&self, template: &str, view: &T) -> Result<Vec<u8>, Error> {
        self.check(template, view)?;
        let fault = |fault: tera::Error| explain::unrenderable(&fault, &self.sources, &value(view));
        let context = Context::from_serialize(view).map_err(fault)?;
        self.tera.render(template, &context).map(String::into_bytes).map_err(fault)
    }

    /// Looks at the conditions of a template when it is first used: every page of it has the same fields.
    fn check<T: Serialize>(&self, template: &str, view: &T) -> Result<(), Error> {
        let first = || self.checked.lock().unwrap_or_else(PoisonError::into_inner).insert(template.to_owned());
        if let Some(source) = self.sources.get(template).filter(|_| first()) {
            explain::check_conditions(template, source, &value(view))?;
        }
        Ok(())
    }
}

/// A view as a template sees it.
fn value<T: Serialize>(view: &T) -> serde_json::Value {
    serde_json::to_value(view).unwrap_or_default()
}

/// Puts the site's language where a template says `[[key]]`.
fn worded(name: &str, text: &str, words: &Words) -> Result<String, Error> {
    let mut parts = text.split("[[");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_key = |key: &&str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let Some((key, rest)) = part.split_once("]]").filter(|(key, _)| is_key(key)) else {
            whole.push_str("[[");
            whole.push_str(part);
            continue;
        };
        if !words.has(key) {
            let line = whole.matches('\n').count() + 1;
            let what = format!("{name}:{line}: there is no message `{key}`; add it to `locales/en`, or mend its name");
            return Err(Error::Template(what));
        }
        let mut escaped = Vec::new();
        let fault = |fault: std::io::Error| Error::Template(format!("{name}: {fault}"));
        tera::escape_html(&words.text(key), &mut escaped).map_err(fault)?;
        whole.push_str(&String::from_utf8_lossy(&escaped));
        whole.push_str(rest);
    }
    Ok(whole)
}

/// A template or asset with where it came from.
pub(super) struct Source {
    origin: Option<PathBuf>,
    bytes: Vec<u8>,
}

impl Source {
    pub(super) fn text(self) -> Result<String, Error> {
        let name = self.origin.unwrap_or_default();
        String::from_utf8(self.bytes).map_err(|_| Error::NotText(name))
    }
}

/// The embedded files by name, each replaced by `overrides/folder/name` where that exists.
pub(super) fn gather<E: RustEmbed>(folder: &str, overrides: Option<&Path>) -> Result<BTreeMap<String, Source>, Error> {
    let mut files = BTreeMap::new();
    if let Some(root) = overrides {
        refuse_strangers::<E>(&root.join(folder), "")?;
    }
    for name in E::iter() {
        let own = overrides.map(|root| root.join(folder).join(name.as_ref())).filter(|path| path.exists());
        let source = match own {
            Some(path) => {
                let bytes = std::fs::read(&path).map_err(|cause| Error::Read { path: path.clone(), cause })?;
                Source { origin: Some(path), bytes }
            }
            None => {
                let bytes = E::get(&name).map(|file| file.data.into_owned()).unwrap_or_default();
                Source { origin: None, bytes }
            }
        };
        files.insert(name.into_owned(), source);
    }
    Ok(files)
}

/// Every built-in template, asset and catalog by its path in a templates folder.
pub(super) fn built_in() -> Vec<(String, Vec<u8>)> {
    fn of<E: RustEmbed>(folder: &str) -> Vec<(String, Vec<u8>)> {
        let file = |name: &str| Some((format!("{folder}/{name}"), E::get(name)?.data.into_owned()));
        E::iter().filter_map(|name| file(&name)).collect()
    }
    let mut files = [of::<Templates>("report"), of::<Assets>("assets"), super::locale::built_in()].concat();
    files.sort();
    files
}

/// Whether it is a picture or a font that the site's own style uses.
fn spare(folder: &Path, name: &str) -> bool {
    folder.ends_with("assets") && assets::may_be_added(name)
}

/// A file that replaces nothing is a misspelt one.
fn refuse_strangers<E: RustEmbed>(folder: &Path, prefix: &str) -> Result<(), Error> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|cause| Error::Read { path: folder.to_owned(), cause })?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            refuse_strangers::<E>(&path, &format!("{name}/"))?;
        } else if !name.starts_with('.') && E::iter().all(|known| known != name) && !spare(folder, &name) {
            let mut known: Vec<String> = E::iter().map(|name| format!("`{name}`")).collect();
            known.sort();
            let what = format!("`{}` replaces no built-in file; there are {}", path.display(), known.join(", "));
            return Err(Error::Template(what));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::locale::Language;

    fn load(overrides: Option<&Path>) -> Result<Engine, Error> {
        Engine::load(overrides, &Words::load(Language::En, None)?, &Theme::default())
    }

    #[test]
    fn a_message_is_put_where_a_template_names_it_and_must_exist() {
        let words = Words::load(Language::De, None).unwrap();
        assert_eq!(worded("a.html", "<p>[[overview]]</p> [[1]", &words).unwrap(), "<p>Übersicht</p> [[1]");
        let fault = worded("a.html", "\n[[no-such]]", &words).unwrap_err().to_string();
        assert!(fault.contains("a.html:2: there is no message `no-such`"), "{fault}");
    }

    #[test]
    fn a_template_of_the_same_path_replaces_the_built_in_one() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("report")).unwrap();
        std::fs::write(folder.path().join("report/article.html"), "<p>{{ who }}</p>").unwrap();
        let engine = load(Some(folder.path())).unwrap();
        let page = engine.render("article.html", &BTreeMap::from([("who", "<b>")])).unwrap();
        assert_eq!(String::from_utf8(page).unwrap(), "<p>&lt;b&gt;</p>");
        assert_ne!(engine.digest(), load(None).unwrap().digest());
    }

    #[test]
    fn a_fault_in_a_template_names_file_line_and_column() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("report")).unwrap();
        std::fs::write(folder.path().join("report/article.html"), "<p>\n{{ missing }}</p>").unwrap();
        let engine = load(Some(folder.path())).unwrap();
        let fault = engine.render("article.html", &BTreeMap::from([("who", "x")])).unwrap_err().to_string();
        assert!(fault.contains("article.html:2:4"), "{fault}");
        assert!(fault.contains("hint: the page has no field `missing`; there are `who`"), "{fault}");
    }

    #[test]
    fn an_unknown_filter_fails_at_once_with_those_there_are() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("report")).unwrap();
        std::fs::write(folder.path().join("report/article.html"), "<p>\n{{ who | uper }}</p>").unwrap();
        let fault = load(Some(folder.path())).err().unwrap().to_string();
        assert!(fault.contains("Unknown filter `uper`") && fault.contains("article.html:2:"), "{fault}");
        assert!(fault.contains("hint: did you mean `upper`? There are `abs`, "), "{fault}");
        std::fs::write(folder.path().join("report/article.html"), "{{ <chrat c={who} /> }}").unwrap();
        let fault = load(Some(folder.path())).err().unwrap().to_string();
        assert!(fault.contains("did you mean `chart`?"), "{fault}");
    }

    #[test]
    fn the_theme_is_in_the_style_and_the_logo_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("assets")).unwrap();
        std::fs::write(folder.path().join("assets/brand.woff2"), "font").unwrap();
        std::fs::write(folder.path().join("brand.css"), "@font-face { src: url(brand.woff2) }").unwrap();
        std::fs::write(folder.path().join("sign.svg"), "<svg/>").unwrap();
        let accents = super::super::theme::Accents::new("#0b5c3b".parse().unwrap(), None).unwrap();
        let theme = Theme {
            accents: Some(accents),
            css: Some(folder.path().join("brand.css")),
            logo: Some(folder.path().join("sign.svg")),
        };
        let engine = Engine::load(Some(folder.path()), &Words::load(Language::En, None).unwrap(), &theme).unwrap();
        let style = String::from_utf8(engine.assets()["tollgate.css"].bytes.clone()).unwrap();
        assert!(style.contains("--accent: #0b5c3b;") && style.contains("url(\"brand-"), "{style}");
        assert!(engine.logo().is_some_and(|path| path.starts_with("assets/logo-") && path.ends_with(".svg")));
        assert_ne!(engine.digest(), load(None).unwrap().digest());
    }

    #[test]
    fn a_file_that_replaces_nothing_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("report")).unwrap();
        std::fs::write(folder.path().join("report/overveiw.html"), "").unwrap();
        let fault = load(Some(folder.path())).err().unwrap().to_string();
        assert!(
            fault.contains("overveiw.html` replaces no built-in file; there are `404.html`, `article.html`"),
            "{fault}"
        );
    }
}

//! Templates and assets: the built-in ones, each replaced by a file of the same path in the user's folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Tera};

use super::Error;
use super::locale::Words;
use crate::domain::release::Digest;

#[derive(RustEmbed)]
#[folder = "templates/report/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "templates/assets/"]
struct Assets;

/// A file that pages refer to, under a name that changes with its bytes.
#[derive(Debug)]
pub(super) struct Asset {
    /// As in `assets/tollgate-1f2e3d4c.css`.
    pub(super) path: String,
    pub(super) media_type: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Everything a page is rendered with, besides its view.
pub(super) struct Engine {
    tera: Tera,
    /// By file name before the digest.
    assets: BTreeMap<String, Asset>,
    digest: Digest,
}

impl Engine {
    /// Reads the templates; `overrides` is the user's templates folder.
    pub(super) fn load(overrides: Option<&Path>, words: &Words) -> Result<Engine, Error> {
        let templates = gather::<Templates>("report", overrides)?;
        let assets = gather::<Assets>("assets", overrides)?;
        let parts = templates.iter().chain(&assets).flat_map(|(name, file)| [name.as_bytes(), &file.bytes]);
        let own = Digest::of_parts(parts).to_string();
        let digest = Digest::of_parts([own.as_bytes(), words.digest().to_string().as_bytes()]);
        let mut sources = Vec::with_capacity(templates.len());
        for (name, file) in templates {
            let text = worded(&name, &file.text()?, words)?;
            sources.push((name, text));
        }
        let mut tera = Tera::new();
        // Names of repositories, referrers and paths are written by strangers, whatever the format.
        tera.autoescape_on([".html", ".svg", ".txt", ".xml"]);
        tera.add_raw_templates(sources).map_err(|fault| Error::Template(fault.to_string()))?;
        let assets = assets.into_iter().map(|(name, file)| Ok((name.clone(), asset(&name, file.bytes)?)));
        Ok(Engine { tera, assets: assets.collect::<Result<_, Error>>()?, digest })
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

    pub(super) fn render<T: Serialize>(&self, template: &str, view: &T) -> Result<Vec<u8>, Error> {
        let fault = |fault: tera::Error| Error::Template(fault.to_string());
        let context = Context::from_serialize(view).map_err(fault)?;
        self.tera.render(template, &context).map(String::into_bytes).map_err(fault)
    }
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

/// A file that replaces nothing is a misspelt one.
fn refuse_strangers<E: RustEmbed>(folder: &Path, prefix: &str) -> Result<(), Error> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|cause| Error::Read { path: folder.to_owned(), cause })?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            refuse_strangers::<E>(&path, &format!("{name}/"))?;
        } else if !name.starts_with('.') && E::iter().all(|known| known != name) {
            let mut known: Vec<String> = E::iter().map(|name| format!("`{name}`")).collect();
            known.sort();
            let what = format!("`{}` replaces no built-in file; there are {}", path.display(), known.join(", "));
            return Err(Error::Template(what));
        }
    }
    Ok(())
}

fn asset(name: &str, bytes: Vec<u8>) -> Result<Asset, Error> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let media_type = match extension {
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let digest = Digest::of(&bytes).to_string();
    Ok(Asset { path: format!("assets/{stem}-{}.{extension}", &digest[..12]), media_type, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::locale::Language;

    fn load(overrides: Option<&Path>) -> Result<Engine, Error> {
        Engine::load(overrides, &Words::load(Language::En, None)?)
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
    }

    #[test]
    fn a_file_that_replaces_nothing_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("report")).unwrap();
        std::fs::write(folder.path().join("report/overveiw.html"), "").unwrap();
        let fault = load(Some(folder.path())).err().unwrap().to_string();
        assert!(fault.contains("overveiw.html` replaces no built-in file; there are `article.html`"), "{fault}");
    }

    #[test]
    fn an_asset_is_named_after_its_bytes() {
        let one = asset("a.css", b"x".to_vec()).unwrap();
        let two = asset("a.css", b"y".to_vec()).unwrap();
        assert!(one.path.starts_with("assets/a-") && one.path.ends_with(".css"), "{}", one.path);
        let path: crate::domain::release::PagePath = one.path.parse().unwrap();
        assert!(path.is_asset(), "whoever sees a part of a bundle sees it in its look");
        assert_ne!(one.path, two.path);
    }
}

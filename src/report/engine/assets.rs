//! Files that pages refer to, under names that change with their bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Source;
use crate::domain::release::Digest;
use crate::report::Error;
use crate::report::theme::Theme;

/// A file that pages refer to.
#[derive(Debug)]
pub(in crate::report) struct Asset {
    /// As in `assets/tollgate-1f2e3d4c.css`.
    pub(in crate::report) path: String,
    pub(in crate::report) media_type: &'static str,
    pub(in crate::report) bytes: Vec<u8>,
}

/// What the site's logo is called among assets, whatever its file is called.
pub(super) const LOGO: &str = "logo";
/// The one style of all pages.
const STYLE: &str = "tollgate.css";

/// Every kind of file, and whether a site may add files of it that replace nothing.
const KINDS: [(&str, &str, bool); 8] = [
    ("css", "text/css; charset=utf-8", false),
    ("js", "text/javascript; charset=utf-8", false),
    ("svg", "image/svg+xml", true),
    ("png", "image/png", true),
    ("webp", "image/webp", true),
    ("jpg", "image/jpeg", true),
    ("woff2", "font/woff2", true),
    ("json", "application/json", false),
];

/// Whether a file of this name may be there without replacing a built-in one: a picture or a font for the site's style.
pub(super) fn may_be_added(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    !name.contains('/') && KINDS.iter().any(|(kind, _, addable)| *addable && *kind == extension)
}

/// The pictures and fonts of the user's folder that replace nothing.
pub(super) fn added(folder: &Path, files: &mut BTreeMap<String, Source>) -> Result<(), Error> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|cause| Error::Read { path: folder.to_owned(), cause })?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !name.starts_with('.') && may_be_added(&name) && !files.contains_key(&name) {
            files.insert(name, read(path)?);
        }
    }
    Ok(())
}

/// Puts the theme into the style, its pictures and fonts under their final names, and the logo beside it.
pub(super) fn finish(files: BTreeMap<String, Source>, theme: &Theme) -> Result<BTreeMap<String, Asset>, Error> {
    let mut assets = BTreeMap::new();
    let mut style = None;
    for (name, file) in files {
        if name == STYLE {
            style = Some(file.text()?);
        } else {
            assets.insert(name.clone(), asset(&name, file.bytes)?);
        }
    }
    if let Some(logo) = &theme.logo {
        let extension = logo.extension().map(|text| text.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        assets.insert(LOGO.to_owned(), asset(&format!("{LOGO}.{extension}"), read(logo.clone())?.bytes)?);
    }
    let Some(mut style) = style else { return Ok(assets) };
    style.push_str(&theme.accents.map(|accents| accents.css()).unwrap_or_default());
    let own = theme.css.as_ref().map(|path| Ok::<_, Error>((path.clone(), read(path.clone())?.text()?))).transpose()?;
    let mut whole = addressed(&style, Path::new(STYLE), &assets)?;
    if let Some((path, own)) = own {
        whole.push_str("\n/* ── Of this site ── */\n\n");
        whole.push_str(&addressed(&own, &path, &assets)?);
    }
    assets.insert(STYLE.to_owned(), asset(STYLE, whole.into_bytes())?);
    Ok(assets)
}

fn read(path: PathBuf) -> Result<Source, Error> {
    let bytes = std::fs::read(&path).map_err(|cause| Error::Read { path: path.clone(), cause })?;
    Ok(Source { origin: Some(path), bytes })
}

/// Every `url(name)` becomes the address of the asset of that name.
fn addressed(style: &str, file: &Path, assets: &BTreeMap<String, Asset>) -> Result<String, Error> {
    let mut parts = style.split("url(");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(')').unwrap_or((part, ""));
        let plain = name.trim().trim_matches(['"', '\'']);
        let Some(asset) = assets.get(plain) else {
            let line = whole.matches('\n').count() + 1;
            let names: Vec<String> = assets.keys().map(|name| format!("`{name}`")).collect();
            return Err(Error::Template(format!(
                "{}:{line}: `url({name})` names no asset, and pages load nothing from elsewhere\n\nhint: put the file \
                 into `assets` of the templates folder; there are {}",
                file.display(),
                names.join(", ")
            )));
        };
        let name = asset.path.rsplit('/').next().unwrap_or_default();
        whole.push_str(&format!("url(\"{name}\"){rest}"));
    }
    Ok(whole)
}

pub(super) fn asset(name: &str, bytes: Vec<u8>) -> Result<Asset, Error> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let kind = KINDS.iter().find(|(kind, _, _)| *kind == extension);
    let media_type = kind.map_or("application/octet-stream", |(_, media_type, _)| media_type);
    let digest = Digest::of(&bytes).to_string();
    Ok(Asset { path: format!("assets/{stem}-{}.{extension}", &digest[..12]), media_type, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> BTreeMap<String, Asset> {
        BTreeMap::from([("font.woff2".to_owned(), asset("font.woff2", b"f".to_vec()).unwrap())])
    }

    #[test]
    fn an_asset_is_named_after_its_bytes() {
        let one = asset("a.css", b"x".to_vec()).unwrap();
        let two = asset("a.css", b"y".to_vec()).unwrap();
        assert!(one.path.starts_with("assets/a-") && one.path.ends_with(".css"), "{}", one.path);
        let path: crate::domain::release::PagePath = one.path.parse().unwrap();
        assert!(path.is_asset(), "whoever sees a part of a bundle sees it in its look");
        assert_ne!(one.path, two.path);
        assert_eq!(asset("a.js", Vec::new()).unwrap().media_type, "text/javascript; charset=utf-8");
    }

    #[test]
    fn a_style_names_assets_and_nothing_else() {
        let style = addressed("a { src: url('font.woff2') }", Path::new("brand.css"), &assets()).unwrap();
        assert!(style.starts_with("a { src: url(\"font-") && style.ends_with(".woff2\") }"), "{style}");
        let away = addressed("\na { src: url(https://x.example/f) }", Path::new("brand.css"), &assets()).unwrap_err();
        let said = away.to_string();
        assert!(said.contains("brand.css:2: `url(https://x.example/f)` names no asset"), "{said}");
        assert!(said.contains("there are `font.woff2`"), "{said}");
    }
}

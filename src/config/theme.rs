//! `[theme]` and the logo: how the site looks.

use std::path::{Path, PathBuf};

use super::reader::{At, Table};
use crate::report;

/// `[theme]`, and `logo` of `[site]`.
pub(super) fn theme(
    root: &Table<'_, '_>,
    site: &Table<'_, '_>,
    templates: Option<&Path>,
    folder: &Path,
) -> report::Theme {
    let logo = site.text("logo").and_then(|text| logo(site, &text, folder));
    let Some(section) = root.table("theme") else { return report::Theme { logo, ..report::Theme::default() } };
    let accents = accents(&section);
    let css = section.text("css").and_then(|text| css(&section, &text, templates));
    report::Theme { accents, css, logo }
}

fn accents(section: &Table<'_, '_>) -> Option<report::Accents> {
    let [light, dark] = ["accent", "accent_dark"].map(|key| {
        let text = section.text(key)?;
        let read = text.value.parse::<report::Color>().map_err(|fault| {
            section.fault(
                text.at,
                format!("`{key}`: {fault}"),
                "write `#` and six hexadecimal digits, such as \"#2f55d4\"",
            );
        });
        read.ok().map(|color| At { at: text.at, value: color })
    });
    let Some(light) = light else {
        if let Some(dark) = dark {
            section.fault(dark.at, "`accent_dark` stands alone", "add `accent`, the colour on light ground");
        }
        return None;
    };
    let made = report::Accents::new(light.value, dark.as_ref().map(|dark| dark.value));
    let fault = |fault: report::ContrastFault| {
        let (at, key) = if fault.dark {
            (dark.as_ref().map_or(light.at, |dark| dark.at), "accent_dark")
        } else {
            (light.at, "accent")
        };
        section.fault(
            at,
            format!("`{key}`: {fault}"),
            format!("use `{key} = \"{}\"`, the nearest that can be read", fault.better),
        );
    };
    made.map_err(fault).ok()
}

fn css(section: &Table<'_, '_>, text: &At<String>, templates: Option<&Path>) -> Option<PathBuf> {
    let Some(templates) = templates else {
        section.fault(text.at, "`css` lies in the templates folder, and there is none", "add `templates` to `[site]`");
        return None;
    };
    let plain = Path::new(&text.value).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    let path = templates.join(&text.value);
    if !plain || !path.is_file() {
        let hint = format!("put the file into `{}`, and write its name", templates.display());
        section.fault(text.at, format!("`css` is `{}`, which is no file of the templates folder", text.value), hint);
        return None;
    }
    Some(path)
}

/// A logo that is what its name says: browsers go by the media type, and must not be told a wrong one.
fn logo(site: &Table<'_, '_>, text: &At<String>, folder: &Path) -> Option<PathBuf> {
    let path = folder.join(&text.value);
    let hint = "name an SVG, PNG or WebP file, such as \"logo.svg\"";
    let extension = path.extension().map(|text| text.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            site.fault(text.at, format!("`logo` is `{}`, which cannot be read: {error}", text.value), hint);
            return None;
        }
    };
    let right = match extension.as_str() {
        "svg" => std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg")),
        "png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        _ => false,
    };
    if !right {
        site.fault(text.at, format!("`logo` is `{}`, which is no picture of a known kind", text.value), hint);
    }
    right.then_some(path)
}

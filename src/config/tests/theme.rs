//! How the site looks: what cannot be read or found is refused.

use super::*;

/// A project with a templates folder, a style and these files beside the configuration.
fn project(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("templates")).unwrap();
    std::fs::write(folder.path().join("templates/brand.css"), "").unwrap();
    files.iter().for_each(|(name, bytes)| std::fs::write(folder.path().join(name), bytes).unwrap());
    folder
}

fn read(folder: &tempfile::TempDir, site: &str, theme: &str) -> Result<Config, Faults> {
    let text = GOOD.replace("title = \"Acme\"\n", &format!("title = \"Acme\"\n{site}\n"));
    Config::parse(&format!("{text}\n[theme]\n{theme}\n"), &folder.path().join("tollgate.toml"))
}

#[test]
fn a_theme_is_taken_with_its_style_and_its_logo() {
    let folder = project(&[("sign.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]);
    let theme = "accent = \"#0b5c3b\"\naccent_dark = \"#5ccb93\"\ncss = \"brand.css\"";
    let config = read(&folder, "logo = \"sign.svg\"\ntemplates = \"templates\"", theme).unwrap();
    assert!(config.report.theme.accents.is_some());
    assert_eq!(config.report.theme.css.unwrap(), folder.path().join("templates/brand.css"));
    assert_eq!(config.report.theme.logo.unwrap(), folder.path().join("sign.svg"));
}

#[test]
fn an_accent_that_cannot_be_read_is_refused_with_the_nearest_that_can() {
    let said = read(&project(&[]), "", "accent = \"#ffcc00\"").unwrap_err().to_string();
    assert!(said.contains("`accent`: #ffcc00 has a contrast of 1."), "{said}");
    assert!(said.contains("and text needs 4.5:1 (WCAG 2.2, 1.4.3)\n\nhint: use `accent = \"#"), "{said}");
    let said = read(&project(&[]), "", "accent = \"#0b5c3b\"\naccent_dark = \"#0b5c3b\"").unwrap_err().to_string();
    assert!(said.contains("`accent_dark`: #0b5c3b has a contrast of ") && said.contains("on the dark "), "{said}");
}

#[test]
fn what_is_no_colour_style_or_picture_is_refused() {
    let folder = project(&[("sign.png", b"no picture"), ("sign.gif", b"GIF89a")]);
    for (site, theme, what) in [
        ("", "accent = \"blue\"", "`accent`: `blue` is no colour"),
        ("", "accent_dark = \"#5ccb93\"", "`accent_dark` stands alone"),
        ("", "css = \"brand.css\"", "`css` lies in the templates folder, and there is none"),
        (
            "templates = \"templates\"",
            "css = \"../x.css\"",
            "`css` is `../x.css`, which is no file of the templates folder",
        ),
        ("logo = \"no.svg\"", "", "`logo` is `no.svg`, which cannot be read"),
        ("logo = \"sign.png\"", "", "`logo` is `sign.png`, which is no picture of a known kind"),
        ("logo = \"sign.gif\"", "", "`logo` is `sign.gif`, which is no picture of a known kind"),
        ("", "colour = \"#2f55d4\"", "[theme] has an unknown key `colour`"),
    ] {
        let said = read(&folder, site, theme).unwrap_err().to_string();
        assert!(said.contains(what), "{site} {theme}: {said}");
    }
}

//! What a browser calls itself, in words that people know.

/// What browsers call themselves, each before the ones that it also claims to be.
const BROWSERS: [(&str, &str); 16] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("Trident/", "Internet Explorer"),
];

/// What systems call themselves, each before the ones that it also claims to be.
const SYSTEMS: [(&str, &str); 10] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
    ("Linux", "Linux"),
];

/// How many characters of a name that nobody knows are shown.
const SHOWN: usize = 60;

/// A `User-Agent` as people say it, such as "Firefox on Linux"; what is unknown is cut to 60 characters.
pub(super) fn called(agent: &str) -> String {
    let agent = agent.trim();
    let find =
        |known: &[(&str, &'static str)]| known.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    // Every browser says so; a program that only names a system is no browser.
    let browser = find(&BROWSERS).filter(|_| agent.starts_with("Mozilla/5.0 "));
    match (browser, find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => cut(agent),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let windows =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
            (&format!("{mac} Version/18.1 Safari/605.1.15"), "Safari on macOS"),
            (&format!("{windows} Safari/537.36"), "Chrome on Windows"),
            (&format!("{windows} Safari/537.36 Edg/131.0.0.0"), "Edge on Windows"),
            (&format!("{windows} Safari/537.36 OPR/116.0.0.0"), "Opera on Windows"),
            (&format!("{phone} Version/18.1 Mobile/15E148 Safari/604.1"), "Safari on iPhone"),
            (&format!("{phone} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1"), "Chrome on iPhone"),
            (&format!("{phone} FxiOS/133.0 Mobile/15E148 Safari/605.1.15"), "Firefox on iPhone"),
            (&format!("{android} Chrome/131.0.0.0 Mobile Safari/537.36"), "Chrome on Android"),
            (
                &format!("{android} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36"),
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            (
                "Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15",
                "Safari",
            ),
        ] {
            assert_eq!(called(agent), name, "{agent}");
        }
    }

    #[test]
    fn what_nobody_knows_is_shown_as_it_is_and_never_long() {
        for (agent, shown) in [
            ("", ""),
            ("  curl/8.14.1 ", "curl/8.14.1"),
            ("Chrome/1 without the rest", "Chrome/1 without the rest"),
            (&"ä".repeat(60), &"ä".repeat(60)),
            (&"ä".repeat(61), &format!("{}…", "ä".repeat(60))),
            (&format!("{} {}", "b".repeat(59), "c".repeat(500)), &format!("{}…", "b".repeat(59))),
        ] {
            assert_eq!(called(agent), shown, "{agent}");
        }
    }
}

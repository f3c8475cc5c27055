//! What can go wrong with one request, and what to do about it.

use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::credential::Kind;
use super::gate::Shut;

/// Why a request brought nothing that can be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// 401: the token is wrong, expired or revoked. Nothing else will work either.
    Token(String),
    /// Nothing more is asked in this collection.
    Shut(Shut),
    /// 403 without any sign of a rate limit.
    Forbidden {
        /// GitHub's message.
        says: String,
        /// `X-Accepted-GitHub-Permissions`, where it was sent.
        accepts: Option<String>,
        /// What was refused.
        kind: Kind,
    },
    /// What proves an App does not work; says why. Nothing else will work either.
    Key(String),
    /// 404: hidden from this token, or gone.
    Hidden,
    /// 5xx, however often it was asked.
    Troubled(StatusCode),
    /// No whole answer, however often it was asked.
    Broken(String),
    /// A redirect or a next page on another host: the token must not go there.
    Foreign(String),
    /// The name leads to another repository than the one that was listed.
    Replaced,
    /// An answer of another kind than the documented ones.
    Unexpected(StatusCode, String),
    /// A body that is not what GitHub documents, or figures that cannot be true.
    Unreadable(String),
}

/// How GitHub's tokens begin.
const SECRETS: [&str; 6] = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"];

/// GitHub's error body.
#[derive(Deserialize)]
struct Message {
    message: String,
}

impl Fault {
    /// From a whole answer that is neither 200 nor a redirect.
    pub(super) fn of(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Fault {
        let says = message(body);
        match status {
            StatusCode::UNAUTHORIZED => Fault::Token(says),
            StatusCode::FORBIDDEN => Fault::Forbidden { says, accepts: accepted(headers), kind: Kind::Unknown },
            StatusCode::NOT_FOUND => Fault::Hidden,
            status if status.is_server_error() => Fault::Troubled(status),
            status => Fault::Unexpected(status, says),
        }
    }

    /// Whether other requests about the same repository would fail just the same.
    pub(super) fn is_final(&self) -> bool {
        use Fault::{Forbidden, Hidden, Key, Replaced, Shut, Token};
        matches!(self, Token(_) | Key(_) | Shut(_) | Forbidden { .. } | Hidden | Replaced)
    }

    /// Whether there was no answer.
    pub(super) fn is_silence(&self) -> bool {
        matches!(self, Fault::Troubled(_) | Fault::Broken(_) | Fault::Shut(Shut::Outage))
    }

    /// What happened.
    pub(super) fn cause(&self) -> String {
        match self {
            Fault::Token(says) => format!("GitHub refused the token (401): {says}"),
            Fault::Key(why) => why.clone(),
            Fault::Shut(Shut::Token) => "not asked, because GitHub refused the token".into(),
            Fault::Shut(Shut::Unwanted) => "not asked, because nobody records the answers".into(),
            Fault::Shut(Shut::Patience) => "GitHub's rate limit lasts longer than this collection may wait".into(),
            Fault::Shut(Shut::Outage) => "GitHub does not answer, so nothing more was asked".into(),
            Fault::Forbidden { says, .. } if wants_a_plan(says) => {
                "GitHub refused (403): private repositories of a free plan have no traffic figures".into()
            }
            Fault::Forbidden { says, .. } => format!("GitHub refused (403): {says}"),
            Fault::Hidden => "GitHub hides it or it is gone (404); its history is kept".into(),
            Fault::Troubled(status) => format!("GitHub failed ({status}), however often it was asked"),
            Fault::Broken(why) => format!("no answer, however often GitHub was asked: {why}"),
            Fault::Foreign(to) => format!("the answer leads to {to}, and the token must not go there"),
            Fault::Replaced => "its name now leads to another repository".into(),
            Fault::Unexpected(status, says) => format!("GitHub answered {status}: {says}"),
            Fault::Unreadable(why) => format!("the answer is not what GitHub documents: {why}"),
        }
    }

    /// What to do about it; `what` is the repository or the owner.
    pub(super) fn mending(&self, what: &str) -> String {
        match self {
            Fault::Token(_) | Fault::Shut(Shut::Token) => "set a token that is valid and not expired".into(),
            Fault::Shut(Shut::Unwanted) => "look for the fault of the history".into(),
            Fault::Shut(Shut::Patience) => {
                "collect again in an hour; if it happens every night, give this source a token of its own".into()
            }
            Fault::Key(_) => {
                "check that `app_id` and the private key belong to the same App, and that this machine's clock is right"
                    .into()
            }
            Fault::Forbidden { says, .. } if wants_a_plan(says) => {
                "upgrade the owner's plan, make them public, or leave private repositories out with `!private`".into()
            }
            Fault::Forbidden { accepts, kind, .. } => permission(what, accepts.as_deref(), *kind),
            Fault::Hidden => format!(
                "check that the token may still see `{what}`, or leave it out with `!{what}`; \
                 GitHub Enterprise Server has no traffic figures at all"
            ),
            Fault::Troubled(_) | Fault::Broken(_) | Fault::Shut(Shut::Outage) => {
                "nothing is lost if a collection succeeds within 13 days; see https://www.githubstatus.com".into()
            }
            Fault::Foreign(_) => "check the API address of this source".into(),
            Fault::Replaced => "collect again: the names are read anew".into(),
            Fault::Unexpected(..) | Fault::Unreadable(_) => {
                "nothing was recorded of it; check the API address of this source, then collect again".into()
            }
        }
    }
}

/// What traffic needs: push access, or the permission "Administration: read".
fn permission(what: &str, accepts: Option<&str>, kind: Kind) -> String {
    let administration = "the permission \"Administration: read\"";
    let needed = match kind {
        Kind::Classic | Kind::OAuth => {
            format!("give the token's user push access to `{what}`, and the token the scope `repo`")
        }
        Kind::FineGrained => format!("give the token {administration} for `{what}`"),
        Kind::App => format!("give the App {administration}, and let the owner of `{what}` accept it"),
        Kind::Installation => format!(
            "use a personal token or a GitHub App with {administration}: the automatic token of an Actions run never \
             works for traffic"
        ),
        Kind::Unknown => {
            format!(
                "give the token push access to `{what}` (classic), or {administration} for it (fine-grained token or App)"
            )
        }
    };
    accepts.map_or(needed.clone(), |accepts| format!("{needed}; GitHub accepts `{accepts}`"))
}

/// "Upgrade to GitHub Pro or make this repository public to enable this feature.", "… to GitHub Team …".
fn wants_a_plan(says: &str) -> bool {
    says.starts_with("Upgrade to GitHub") && says.contains("make this repository public")
}

/// What looks like a secret is not told on: a proxy may answer with the request it got.
fn redacted(text: &str) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut bearer = false;
    for word in text.split(' ') {
        let secret = SECRETS.iter().filter_map(|prefix| word.find(prefix)).min();
        told.push(match secret {
            _ if bearer => "[redacted]".into(),
            Some(at) => {
                let end = word[at..].find(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c)));
                let rest = end.map_or(String::new(), |end| redacted(&word[at + end..]));
                format!("{}[redacted]{rest}", &word[..at])
            }
            None => word.to_owned(),
        });
        bearer = word.to_ascii_lowercase().ends_with("bearer");
    }
    told.join(" ")
}

fn accepted(headers: &HeaderMap) -> Option<String> {
    Some(headers.get("x-accepted-github-permissions")?.to_str().ok()?.to_owned())
}

/// GitHub's message, or the beginning of whatever came instead, in one line.
fn message(body: &[u8]) -> String {
    let text = match serde_json::from_slice::<Message>(body) {
        Ok(parsed) => parsed.message,
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = redacted(&line).chars().filter(|c| !c.is_control()).take(200).collect();
    if short.is_empty() { "no message".into() } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_permission_is_named_with_what_github_accepts() {
        let headers = HeaderMap::from_iter([(
            "x-accepted-github-permissions".parse().unwrap(),
            "administration=read".parse().unwrap(),
        )]);
        let body = br#"{"message":"Must have push access to repository","status":"403"}"#;
        let fault = Fault::of(StatusCode::FORBIDDEN, &headers, body);
        assert_eq!(fault.cause(), "GitHub refused (403): Must have push access to repository");
        assert_eq!(
            fault.mending("acme/anvil"),
            "give the token push access to `acme/anvil` (classic), or the permission \"Administration: read\" for it \
             (fine-grained token or App); GitHub accepts `administration=read`"
        );
    }

    #[test]
    fn what_to_do_about_a_refusal_depends_on_what_was_refused() {
        for (token, told) in [
            ("ghp_x", "give the token's user push access to `acme/anvil`, and the token the scope `repo`"),
            ("gho_x", "give the token's user push access to `acme/anvil`, and the token the scope `repo`"),
            ("github_pat_x", "give the token the permission \"Administration: read\" for `acme/anvil`"),
            (
                "ghs_123_x.y.z",
                "use a personal token or a GitHub App with the permission \"Administration: read\": the automatic token \
                 of an Actions run never works for traffic",
            ),
        ] {
            let fault = Fault::Forbidden { says: String::new(), accepts: None, kind: Kind::of(token) };
            assert_eq!(fault.mending("acme/anvil"), told, "{token}");
        }
        let app = Fault::Forbidden { says: String::new(), accepts: None, kind: Kind::App };
        let told = "give the App the permission \"Administration: read\", and let the owner of `acme/anvil` accept it";
        assert_eq!(app.mending("acme/anvil"), told);
    }

    #[test]
    fn what_a_free_plan_lacks_is_told_alike_of_all() {
        for plan in ["Pro", "Team"] {
            let body = format!(
                r#"{{"message":"Upgrade to GitHub {plan} or make this repository public to enable this feature."}}"#
            );
            let fault = Fault::of(StatusCode::FORBIDDEN, &HeaderMap::new(), body.as_bytes());
            let told = "GitHub refused (403): private repositories of a free plan have no traffic figures";
            assert_eq!(fault.cause(), told);
            assert_eq!(fault.mending("acme/anvil"), fault.mending("acme/docs"));
            assert!(fault.mending("acme/anvil").contains("`!private`"));
        }
    }

    #[test]
    fn nothing_that_looks_like_a_secret_is_quoted() {
        for (body, told) in [
            ("no ghp_16C7e42F, no", "no [redacted], no"),
            ("got=github_pat_11A_b;ghs_12_x.y.z", "got=[redacted];[redacted]"),
            ("Authorization: Bearer eyJh.b.c end", "Authorization: Bearer [redacted] end"),
            (r#"{"message":"x Authorization:bearer abc gho_1"}"#, "x Authorization:bearer [redacted] [redacted]"),
            ("the token was refused", "the token was refused"),
        ] {
            let fault = Fault::of(StatusCode::IM_A_TEAPOT, &HeaderMap::new(), body.as_bytes());
            assert_eq!(fault, Fault::Unexpected(StatusCode::IM_A_TEAPOT, told.into()));
        }
    }

    #[test]
    fn a_page_of_html_is_quoted_shortly_and_in_one_line() {
        let body = format!("<html>\n  <h1>Bad\u{7} gateway</h1>{}", "x".repeat(9_000));
        let Fault::Unexpected(_, says) = Fault::of(StatusCode::IM_A_TEAPOT, &HeaderMap::new(), body.as_bytes()) else {
            panic!("a teapot is unexpected")
        };
        assert!(says.starts_with("<html> <h1>Bad gateway</h1>xxx") && says.len() == 200, "{says}");
    }
}

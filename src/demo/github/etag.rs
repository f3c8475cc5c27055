//! Conditional requests: whoever knows an answer already gets 304, which costs nothing of the hourly limit.

use http::{HeaderMap, StatusCode, header};

use super::figures::mix;
use super::routes::Answer;

/// Adds the ETag to an answer, or leaves only the 304 where the client knows it.
///
/// As at GitHub the tag belongs to one credential, and it is weak where the client takes compressed answers.
pub(super) fn tag(mut answer: Answer, headers: &HeaderMap) -> Answer {
    if answer.status != StatusCode::OK {
        return answer;
    }
    let get = |name| headers.get(name).map(|value| value.as_bytes()).unwrap_or_default();
    let opaque = format!("\"{:032x}\"", digest(get(header::AUTHORIZATION), answer.body.as_bytes()));
    let weak = String::from_utf8_lossy(get(header::ACCEPT_ENCODING)).contains("gzip");
    let known = String::from_utf8_lossy(get(header::IF_NONE_MATCH)).into_owned();
    if known.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == opaque) {
        answer.status = StatusCode::NOT_MODIFIED;
        answer.body.clear();
    }
    answer.put(header::ETAG, &if weak { format!("W/{opaque}") } else { opaque });
    answer.put(header::CACHE_CONTROL, "private, max-age=60, s-maxage=60");
    answer.put(header::VARY, "Accept, Authorization, Cookie, X-GitHub-OTP");
    answer
}

/// Two sums over words of eight bytes, side by side: nobody attacks a sample, but a changed figure must change it.
fn digest(who: &[u8], body: &[u8]) -> u128 {
    let (mut one, mut other) = (mix(who.len() as u64), mix(body.len() as u64));
    for chunk in who.chunks(8).chain(body.chunks(8)) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        let word = u64::from_le_bytes(word);
        one = (one.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
        other = mix(other ^ word);
    }
    u128::from(mix(one)) << 64 | u128::from(other)
}

//! Releases and bundles: what is signed, and what a request is looked up in.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::policy::{Policy, RoleName};
use super::{Date, Timestamp};

/// The format of statement, index and bundle that this program writes and reads.
pub const FORMAT: u32 = 1;

/// A SHA-256 digest, in text 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest::from_parts([bytes])
    }

    /// The digest of parts, each prefixed by its length so that no two lists of parts share one.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Digest {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for part in parts {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        Digest::finish(context)
    }

    /// The digest of a value, told by what it hashes: quicker than writing it out, and the same on every machine.
    pub fn of_value(value: &impl Hash) -> Digest {
        let mut told = Told(Vec::with_capacity(1 << 14));
        value.hash(&mut told);
        Digest::of(&told.0)
    }

    fn from_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Digest {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        parts.into_iter().for_each(|part| context.update(part));
        Digest::finish(context)
    }

    /// The digest that has these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn finish(context: aws_lc_rs::digest::Context) -> Digest {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.finish().as_ref());
        Digest(bytes)
    }
}

/// What a value tells whoever hashes it: every text with an end, every list with its length before it.
struct Told(Vec<u8>);

impl Hasher for Told {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn write_u16(&mut self, value: u16) {
        self.write(&value.to_le_bytes());
    }

    fn write_u32(&mut self, value: u32) {
        self.write(&value.to_le_bytes());
    }

    fn write_u64(&mut self, value: u64) {
        self.write(&value.to_le_bytes());
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_i16(&mut self, value: i16) {
        self.write(&value.to_le_bytes());
    }

    fn write_i32(&mut self, value: i32) {
        self.write(&value.to_le_bytes());
    }

    fn write_i64(&mut self, value: i64) {
        self.write(&value.to_le_bytes());
    }

    fn write_isize(&mut self, value: isize) {
        self.write_i64(value as i64);
    }

    /// Nobody asks: the bytes are what counts.
    fn finish(&self) -> u64 {
        0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = DigestFault;

    fn from_str(text: &str) -> Result<Self, DigestFault> {
        let lower = |c: &u8| c.is_ascii_digit() || (b'a'..=b'f').contains(c);
        if text.len() != 64 || !text.as_bytes().iter().all(lower) {
            return Err(DigestFault);
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| DigestFault)?;
        }
        Ok(Digest(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestFault;

    fn try_from(text: String) -> Result<Self, DigestFault> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

/// A text that is no SHA-256 digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 digest is 64 lower-case hexadecimal digits")]
pub struct DigestFault;

text_type! {
    /// The address of an entry within its bundle: segments of letters, digits and `-_.~` joined by `/`,
    /// none of dots only. Nothing else can be looked up, so nothing else can be found.
    PagePath, PathFault, is_path
}

/// The one form of addresses within a bundle, and of their beginnings.
pub(super) fn is_path(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
    let segment = |s: &str| !s.is_empty() && s.chars().all(allowed) && !s.chars().all(|c| c == '.');
    text.len() <= 500 && text.split('/').all(segment)
}

impl PagePath {
    /// Where every page links to for who is signed in. An edge answers it with a page of its own; in a copy it says so.
    pub const ACCOUNT: &'static str = "account.html";

    /// The whole bundle as one file. No entry has this address: an edge answers it with all of them.
    pub const BUNDLE: &'static str = "bundle.zip";

    /// The folder of what gives pages their look.
    pub const ASSETS: &'static str = "assets";

    /// Whether it is of what gives pages their look: the same files in every bundle, saying nothing of any repository.
    pub fn is_asset(&self) -> bool {
        let name = self.0.strip_prefix(Self::ASSETS).and_then(|rest| rest.strip_prefix('/'));
        // A page of prose may lie in a folder of that name.
        name.is_some_and(|name| !name.contains('/') && !name.ends_with(".html"))
    }

    /// `../` once for each folder the path lies in: what leads from it to the bundle's front.
    pub fn to_root(&self) -> String {
        "../".repeat(self.0.matches('/').count())
    }
}

/// A text that is no address within a bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be a path within a bundle")]
pub struct PathFault(pub String);

/// What a page is made of, before it is made: its address, and a key that is equal only if its bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Where it lies in the bundle.
    pub path: PagePath,
    /// Such as `text/html; charset=utf-8`.
    pub media_type: String,
    /// The digest of everything its bytes depend on.
    pub key: Digest,
}

/// Where some bytes lie in a bundle, and what they are. All of it is signed, so a reader needs no zip parser
/// and can fetch exactly the bytes it wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Where the deflate stream begins in the zip file.
    pub offset: u64,
    /// How many bytes the deflate stream has.
    pub packed: u64,
    /// How many bytes it inflates to.
    pub length: u64,
    /// CRC-32 of the inflated bytes, as zip and gzip use it.
    pub crc32: u32,
    /// SHA-256 of the inflated bytes.
    pub sha256: Digest,
    /// CRC-32 of the deflate stream itself: tells a builder without inflating anything that a disk kept it. Indexes from
    /// before it was noted have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<u32>,
}

/// One entry of a bundle, as its index lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Flat")]
pub struct Entry {
    /// Such as `text/html; charset=utf-8`.
    pub media_type: String,
    /// What the page was made from; see [`Planned::key`].
    pub key: Digest,
    /// Where it lies.
    #[serde(flatten)]
    pub extent: Extent,
}

/// An entry as it is written: read without looking at each field twice.
#[derive(Deserialize)]
struct Flat {
    media_type: String,
    key: Digest,
    offset: u64,
    packed: u64,
    length: u64,
    crc32: u32,
    sha256: Digest,
    #[serde(default)]
    stored: Option<u32>,
}

impl From<Flat> for Entry {
    fn from(flat: Flat) -> Entry {
        let Flat { media_type, key, offset, packed, length, crc32, sha256, stored } = flat;
        Entry { media_type, key, extent: Extent { offset, packed, length, crc32, sha256, stored } }
    }
}

/// What all pages of a bundle are made of besides the history: so that the next build can say why it makes one anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeOf {
    /// Of the program, its templates, its assets and the configuration.
    pub base: Digest,
    /// Of the kinds of pages that the role has, which every page links to.
    pub kinds: Digest,
    /// Of the role: what it is called, and which repositories it sees.
    pub role: Digest,
}

/// `index.json`: every entry of a bundle but itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The role whose bundle this is.
    pub role: RoleName,
    /// The repositories it speaks of, `owner/name`, ascending. Indexes from before it was noted have none.
    #[serde(default)]
    pub repositories: Vec<String>,
    /// What its pages are made of. Indexes from before it was noted have nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_of: Option<MadeOf>,
    /// What can be asked for. Nothing else exists.
    pub entries: BTreeMap<PagePath, Entry>,
}

impl Index {
    /// The name of the index within its bundle.
    pub const NAME: &'static str = "index.json";

    /// The file name of a role's bundle within its release.
    pub fn bundle_name(role: &RoleName) -> String {
        format!("{role}.zip")
    }
}

/// What a release says of one bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// Where its `index.json` lies.
    pub index: Extent,
    /// How many repositories it speaks of.
    pub repositories: u64,
}

/// The signed statement of a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// [`FORMAT`] of the program that wrote it.
    pub format: u32,
    /// Rises with every release, rollbacks included.
    pub number: u64,
    /// When it was built.
    pub created: Timestamp,
    /// The newest settled day in it; `None` when the history is empty.
    pub through: Option<Date>,
    /// Name and version of the program that wrote it.
    pub generator: String,
    /// The release whose bundles these are, when this one takes them back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_to: Option<u64>,
    /// Who may see what.
    pub policy: Policy,
    /// One bundle for each role of the policy.
    pub bundles: BTreeMap<RoleName, Bundle>,
    /// The badges that anybody may see, each with a role in whose bundle it lies. Releases from before there were any
    /// have none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub public: BTreeMap<PagePath, RoleName>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_mean_something_to_a_file_system_are_no_paths() {
        for bad in
            ["", "/a", "a/", "a//b", "../a", "a/..", ".", "a\\b", "a%2fb", "a b", "a\0", "a?b", "a#b", "é", "a:b"]
        {
            assert!(bad.parse::<PagePath>().is_err(), "{bad:?}");
        }
        for good in ["index.html", "acme/anvil.html", "acme/.github~7.html"] {
            assert!(good.parse::<PagePath>().is_ok(), "{good:?}");
        }
    }

    #[test]
    fn the_way_to_the_root_has_a_step_for_each_folder() {
        let way = |path: &str| path.parse::<PagePath>().unwrap().to_root();
        assert_eq!((way("a.html"), way("b/c/a.html")), (String::new(), "../../".into()));
    }

    #[test]
    fn digests_read_back_and_parts_cannot_be_shifted() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!(digest.to_string().to_uppercase().parse::<Digest>().is_err());
        let (ab_c, a_bc) = ([&b"ab"[..], b"c"], [&b"a"[..], b"bc"]);
        assert_ne!(Digest::of_parts(ab_c), Digest::of_parts(a_bc));
    }

    #[test]
    fn values_of_one_digest_are_equal() {
        let of = |value: &(&str, &str, Vec<u64>, Option<i32>)| Digest::of_value(value);
        let one = ("ab", "c", vec![1, 2], Some(3));
        assert_eq!(of(&one), of(&one.clone()));
        let others = [
            ("a", "bc", vec![1, 2], Some(3)),
            ("ab", "c", vec![1], Some(3)),
            ("ab", "c", vec![1, 2], None),
            ("ab", "c", vec![2, 1], Some(3)),
            ("ab", "c", vec![1, 2], Some(259)),
        ];
        others.iter().for_each(|other| assert_ne!(of(&one), of(other), "{other:?}"));
        // Written down: a digest that changes makes every page anew.
        let told = b"a\xff\x02\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0";
        assert_eq!(Digest::of_value(&("a", vec![1_i64, 2])), Digest::of(told));
    }
}

//! New keys beside old ones, and the end of old ones.
//!
//! The place in the file says what a key does: the first one signs, all of them verify. A key that is to be copied to
//! every edge before it signs stands behind, marked `"announced": true`; the mark goes when it comes to the first place.

use std::path::{Path, PathBuf};

use super::folder::Folder;
use super::set::{Jwk, file, missing, usable_set};
use super::{Error, HINT, Keyring, Purpose, RELEASE_PRIVATE, RELEASE_PUBLIC};

/// A set of keys that is rotated as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The keys of releases: a private and a public file, kept in step.
    Release,
    /// The keys of one purpose.
    Purpose(Purpose),
}

/// What a key does on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// It signs or seals, and verifies or opens.
    Signs,
    /// It verifies or opens what it signed or sealed before, or elsewhere.
    Verifies,
    /// It only verifies for now; the next rotation lets it sign.
    Announced,
}

/// What may be told of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// The set it is in.
    pub which: Which,
    /// Its id.
    pub kid: String,
    /// `HS256`, `EdDSA` or `A256GCM`.
    pub algorithm: String,
    /// What it does.
    pub duty: Duty,
    /// When it was made, in seconds of Unix time; `None` if it is older than that record.
    pub made: Option<i64>,
}

/// How a rotation came by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new key signs from now on.
    Made,
    /// The key that was announced signs from now on.
    Promoted,
    /// A new key only verifies for now.
    Announced,
}

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The new or promoted key.
    pub key: KeyInfo,
    /// How it came there.
    pub change: Change,
    /// The id of the key that signed until now.
    pub before: String,
    /// The file that edges need a copy of.
    pub file: PathBuf,
}

impl Which {
    /// Every set, in the order in which they are listed.
    pub const ALL: [Which; 8] = [
        Which::Release,
        Which::Purpose(Purpose::Session),
        Which::Purpose(Purpose::Attempt),
        Which::Purpose(Purpose::Share),
        Which::Purpose(Purpose::Token),
        Which::Purpose(Purpose::Trigger),
        Which::Purpose(Purpose::Mail),
        Which::Purpose(Purpose::Hint),
    ];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Which::Release => "release",
            Which::Purpose(purpose) => purpose.file().trim_end_matches(".json"),
        }
    }

    /// How long a key that signs no more is still needed, as part of a sentence that begins with `wait`.
    pub fn wait(self) -> &'static str {
        match self {
            Which::Release => {
                "until every edge serves a release that the new key signed; no older one can be rolled back to after that"
            }
            Which::Purpose(Purpose::Session | Purpose::Hint) => "as long as a session lasts (`edge.absolute`)",
            Which::Purpose(Purpose::Attempt) => "ten minutes, as long as a sign-in may take",
            Which::Purpose(Purpose::Share) => "until the last link it signed has expired",
            Which::Purpose(Purpose::Token | Purpose::Trigger) => "until the last token it signed has expired",
            Which::Purpose(Purpose::Mail) => "as long as somebody may want to end mails by a link in an old one",
        }
    }

    /// The file whose first key signs.
    fn file(self) -> &'static str {
        match self {
            Which::Release => RELEASE_PRIVATE,
            Which::Purpose(purpose) => purpose.file(),
        }
    }

    pub(super) fn new_key(self, now: i64) -> Result<Jwk, Error> {
        match self {
            Which::Release => Jwk::new_release(now),
            Which::Purpose(Purpose::Hint) => Jwk::new_secret("A256GCM", now),
            Which::Purpose(_) => Jwk::new_secret("HS256", now),
        }
    }
}

impl Keyring {
    /// Every key in `dir`, set by set, the one that signs first.
    ///
    /// # Errors
    /// As [`Keyring::load`].
    pub fn list(dir: &Path) -> Result<Vec<KeyInfo>, Error> {
        let sets: Result<Vec<Set>, Error> = Which::ALL.into_iter().map(|which| Set::read(dir, which)).collect();
        Ok(sets?.iter().flat_map(Set::infos).collect())
    }

    /// Lets another key of a set sign: the announced one, or else a new one. The old ones keep verifying.
    /// With `announce` a new key is made that only verifies until the next rotation. `now` is Unix time in seconds.
    ///
    /// # Errors
    /// [`Error::File`] when the set is missing, has only public keys, cannot be written, or when a key is to be announced
    /// and one is already.
    pub fn rotate(dir: &Path, which: Which, announce: bool, now: i64) -> Result<Rotated, Error> {
        let folder = Folder::lock(dir)?;
        let mut set = Set::read(dir, which)?;
        let path = dir.join(which.file());
        let before = set.own.first().ok_or_else(|| missing(&path))?.kid.clone();
        let change = match (announce, set.announced()) {
            (true, Some(at)) => return Err(announced_already(&path, which, &set.own[at].kid)),
            (true, None) => set.announce(which.new_key(now)?),
            (false, Some(at)) => set.promote(at),
            (false, None) => set.lead(which.new_key(now)?, Change::Made),
        };
        let at = if change == Change::Announced { set.own.len() - 1 } else { 0 };
        let key = set.info(at, &set.own[at]);
        Ok(Rotated { key, change, before, file: set.store(&folder)? })
    }

    /// Removes a key for good, whatever set it is in: nothing it signed is believed any more. Tells what was removed.
    ///
    /// # Errors
    /// [`Error::File`] when no key has that id, when it is the one that signs, when it is a release key on a machine that
    /// has only the public ones, or when a file cannot be written.
    pub fn retire(dir: &Path, kid: &str) -> Result<KeyInfo, Error> {
        let folder = Folder::lock(dir)?;
        for which in Which::ALL {
            let mut set = Set::read(dir, which)?;
            let Some(info) = set.infos().into_iter().find(|info| info.kid == kid) else { continue };
            if set.own.is_empty() {
                return Err(missing(&dir.join(which.file())));
            }
            if info.duty == Duty::Signs {
                return Err(signs_still(&dir.join(which.file()), which, kid));
            }
            set.own.retain(|key| key.kid != kid);
            set.foreign.retain(|key| key.kid != kid);
            set.store(&folder)?;
            return Ok(info);
        }
        Err(file(dir, &format!("holds no key `{kid}`"), "`tollgate keys list` shows every key with its id"))
    }
}

/// A set as it is stored.
struct Set {
    which: Which,
    own: Vec<Jwk>,
    /// Public keys of which this machine has no private half: another builder's, or all of them on an edge.
    foreign: Vec<Jwk>,
}

impl Set {
    fn read(dir: &Path, which: Which) -> Result<Set, Error> {
        let set = |name, fits| usable_set(dir, name, fits);
        let own = match which {
            Which::Release => set(RELEASE_PRIVATE, |key| key.release_private().map(|_| key.clone()))?,
            Which::Purpose(Purpose::Hint) => set(HINT, |key| key.seal_key().map(|_| key.clone()))?,
            Which::Purpose(purpose) => set(purpose.file(), |key| key.credential_key().map(|_| key.clone()))?,
        };
        let mut foreign = Vec::new();
        if which == Which::Release {
            foreign = set(RELEASE_PUBLIC, |key| key.release_public().map(|_| key.clone()))?;
            foreign.retain(|key| own.iter().all(|own| own.kid != key.kid));
        }
        Ok(Set { which, own, foreign })
    }

    /// Writes it and tells the file that edges need. Of the two files of releases the public one goes first, so that
    /// whoever dies between them leaves nothing that signs and is not verified.
    fn store(self, folder: &Folder<'_>) -> Result<PathBuf, Error> {
        let Set { which, own, foreign } = self;
        if which != Which::Release {
            return folder.replace(which.file(), own);
        }
        let public = own.iter().map(Jwk::public).chain(foreign).collect();
        let path = folder.replace(RELEASE_PUBLIC, public)?;
        folder.replace(RELEASE_PRIVATE, own)?;
        Ok(path)
    }

    /// Where the announced key stands, if there is one. The first key signs, whatever it is marked.
    fn announced(&self) -> Option<usize> {
        (1..self.own.len()).find(|at| self.own[*at].announced)
    }

    fn announce(&mut self, key: Jwk) -> Change {
        self.own.push(Jwk { announced: true, ..key });
        Change::Announced
    }

    fn promote(&mut self, at: usize) -> Change {
        let key = self.own.remove(at);
        self.lead(key, Change::Promoted)
    }

    fn lead(&mut self, key: Jwk, change: Change) -> Change {
        // Whoever wrote the mark on the first key by hand: it has signed.
        self.own.iter_mut().take(1).for_each(|first| first.announced = false);
        self.own.insert(0, Jwk { announced: false, ..key });
        change
    }

    fn infos(&self) -> Vec<KeyInfo> {
        self.own.iter().chain(&self.foreign).enumerate().map(|(at, key)| self.info(at, key)).collect()
    }

    fn info(&self, at: usize, key: &Jwk) -> KeyInfo {
        let duty = match at {
            0 if self.own.is_empty() => Duty::Verifies,
            0 => Duty::Signs,
            _ if key.announced => Duty::Announced,
            _ => Duty::Verifies,
        };
        KeyInfo { which: self.which, kid: key.kid.clone(), algorithm: key.alg.clone(), duty, made: key.iat }
    }
}

fn announced_already(path: &Path, which: Which, kid: &str) -> Error {
    let hint = format!(
        "once every edge has it, run `tollgate keys rotate {}`; or take it back with `tollgate keys retire {kid}`",
        which.name()
    );
    file(path, &format!("has the announced key `{kid}` already"), &hint)
}

fn signs_still(path: &Path, which: Which, kid: &str) -> Error {
    let hint =
        format!("run `tollgate keys rotate {}` first, wait {}, then retire the old key", which.name(), which.wait());
    file(path, &format!("signs with `{kid}`, so that key cannot be retired"), &hint)
}

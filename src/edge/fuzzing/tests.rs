//! Every function over its seeds and some thousand inputs more, so that none of them rots between runs of a fuzzer.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use super::*;

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 7] = [
    ("callback_query", callback_query),
    ("cookie", cookie),
    ("id_token", id_token),
    ("logout_token", logout_token),
    ("path", path),
    ("release_statement", release_statement),
    ("share_token", share_token),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz")
}

fn names(folder: &Path) -> Vec<String> {
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().into();
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder().join("seeds").join(name)).unwrap();
    files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

/// Numbers that look random and are the same in every run (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        let length = self.next() % most;
        (0..length).map(|_| (self.next() >> 32) as u8).collect()
    }
}

#[test]
fn every_function_has_a_target_and_seeds() {
    let expected = TARGETS.map(|(name, _)| name);
    assert_eq!(names(&folder().join("targets")), expected);
    assert_eq!(names(&folder().join("seeds")), expected);
    let manifest: toml::Table = fs::read_to_string(folder().join("Cargo.toml")).unwrap().parse().unwrap();
    let built: Vec<&str> =
        manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap()).collect();
    assert_eq!(built, expected);
    for (name, _) in TARGETS {
        assert!(seeds(name).len() > 1, "{name}");
        let target = fs::read_to_string(folder().join("targets").join(format!("{name}.rs"))).unwrap();
        assert!(target.contains(&format!("tollgate::edge::fuzzing::{name}(data)")), "{name}: {target}");
    }
}

#[test]
fn nothing_hostile_is_believed() {
    for (name, target) in TARGETS {
        let (seeds, mut numbers) = (seeds(name), Numbers(0x7011_6a7e));
        let hold = |input: &[u8]| {
            let held = catch_unwind(|| target(input));
            assert!(held.is_ok(), "{name}: fails with the input {input:?}");
        };
        hold(&[]);
        seeds.iter().for_each(|seed| hold(seed));
        for round in 0..2_000 {
            let noise = numbers.bytes(120);
            hold(&noise);
            // What a seed begins well may end otherwise.
            let seed = &seeds[round % seeds.len()];
            let kept = numbers.next() as usize % (seed.len() + 1);
            hold(&[&seed[..kept], &noise].concat());
        }
    }
}

#[test]
fn a_script_that_says_nothing_changes_nothing_and_one_that_says_something_does() {
    let mut bytes = b"abc".to_vec();
    Script::new(&[]).change(&mut bytes);
    assert_eq!(bytes, b"abc");
    Script::new(&[0, 1, 0, 2]).change(&mut bytes);
    assert_eq!(bytes, b"afc");
    assert_eq!(Script::new(&[]).forged(&["a.b.c"]), b"a.b.c");
    assert_eq!(Script::new(&[0, 3, b'x']).forged(&["a.b.c"]), b"x");
}

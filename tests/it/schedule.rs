//! The nightly as it is started by others: by the edge itself, and by cron.

use std::process::Command;

use crate::support::{World, bundle};

#[test]
fn nights_inside_the_edge_come_again_though_one_of_them_fails() {
    let world = World::published();
    let mut edge = world.serve_with_nights("*/2 * * * * *");
    let reaches = |number: u64| (bundle::current(&world.output()) >= number).then_some(());
    edge.until(|| reaches(3), "no second and third release");
    let (keys, aside) = (world.project.file("keys"), world.project.file("keys-aside"));
    std::fs::rename(&keys, &aside).unwrap();
    edge.line(|line| line.contains("the nightly failed: key file").then_some(()));
    std::fs::rename(&aside, &keys).unwrap();
    let next = bundle::current(&world.output()) + 1;
    edge.until(|| reaches(next), "no release after the night that failed");
}

#[test]
fn the_line_for_cron_runs_a_night_from_any_folder_with_hardly_any_environment() {
    let world = World::published();
    let printed = world.run(&["schedule", "crontab"]).succeeds().stdout;
    let line = printed.lines().find(|line| !line.starts_with('#')).unwrap();
    // Cron itself takes the five fields off, and the backslash before a per cent sign.
    let command = line.splitn(6, ' ').nth(5).unwrap().replace("\\%", "%");
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &command]).current_dir("/").env_clear().env("PATH", "/usr/bin:/bin").envs(world.token());
    assert!(shell.status().unwrap().success(), "{command}");
    assert_eq!(bundle::current(&world.output()), 2);
}

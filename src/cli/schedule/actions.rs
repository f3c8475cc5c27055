//! What runs the nightly as a workflow of GitHub Actions.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::secrets::{Wanted, of_nights};
use crate::config::{Config, Secret};

/// What a reader has to know before.
const HEAD: &str = "\
# .github/workflows/tollgate.yml, in a PRIVATE repository: whoever may read the repository may download the history.
#
# The automatic token of a workflow (secrets.GITHUB_TOKEN) never reads traffic, whatever permissions it is given. Make a
# fine-grained token with \"Administration: read\" on the repositories, or one of a GitHub App, and keep it as a secret.
#
# Fill in below what is installed: the address of your own copy of Tollgate's repository, and the whole hash of a commit
# in it that you trust. No registry is asked: whoever took that name there would be given the secrets below.
#
# Secrets to set under Settings, Secrets and variables, Actions:
";

/// A whole workflow.
pub(super) fn print(config: &Config) -> String {
    let secrets = of_nights(config);
    let mut text = HEAD.to_owned();
    for wanted in &secrets {
        let _ = writeln!(text, "#   {:<24} {}", secret_of(wanted), wanted.of);
    }
    let keys = local(config, &config.keys);
    let _ = writeln!(text, "#   {:<24} the folder of keys: tar -C {} -cz . | base64 -w0", KEYS, plain(&keys));
    text.push_str(&schedule());
    text.push_str(&steps(config, &secrets));
    text
}

/// The secret that holds the keys.
const KEYS: &str = "TOLLGATE_KEYS";

fn schedule() -> String {
    "# GitHub stops schedules of repositories in which nothing happened for 60 days: look here now and then.\n\n\
     name: Tollgate\non:\n  schedule:\n    - cron: \"17 2 * * *\" # UTC\n  workflow_dispatch:\n    inputs:\n      first:\n        \
     description: Begin with an empty history, because there is none yet\n        type: boolean\n        default: false\n\n\
     permissions:\n  contents: read\n  actions: read # finds the history that the last run left\n\n\
     concurrency:\n  group: tollgate\n  cancel-in-progress: false\n\n"
        .to_owned()
}

fn steps(config: &Config, secrets: &[Wanted]) -> String {
    let output = shell(&local(config, &config.output.location));
    let file = config.file.file_name().map(PathBuf::from).unwrap_or_default();
    let (file, keys) = (shell(&file), shell(&local(config, &config.keys)));
    let (variables, files) = (variables(secrets), files(config, secrets));
    format!(
        "jobs:
  nightly:
    runs-on: ubuntu-24.04
    timeout-minutes: 120
    steps:
      - uses: actions/checkout@v5
        with:
          persist-credentials: false
      - name: Install Tollgate
        run: cargo install --locked --git '<address of your copy>' --rev '<commit>' tollgate
      - name: Bring the history that the last run left
        id: history
        env:
          GH_TOKEN: ${{{{ github.token }}}} # reads artifacts, never traffic
          FIRST: ${{{{ inputs.first }}}}
        run: |
          id=$(gh api \"repos/$GITHUB_REPOSITORY/actions/artifacts?name=tollgate&per_page=100\" \\
            --jq '[.artifacts[] | select(.expired | not)] | max_by(.created_at) | .id // empty')
          if [ -n \"$id\" ]; then
            gh api \"repos/$GITHUB_REPOSITORY/actions/artifacts/$id/zip\" > \"$RUNNER_TEMP/tollgate.zip\"
            unzip -oq \"$RUNNER_TEMP/tollgate.zip\" -d \"$RUNNER_TEMP\"
            tar -P -xzf \"$RUNNER_TEMP/tollgate.tar.gz\"
          elif [ \"$FIRST\" != true ]; then
            echo \"::error::no history was found; run this by hand with 'first' if there is none yet\"
            exit 1
          fi
      - name: Lay out the secrets
        env:
          {KEYS}: ${{{{ secrets.{KEYS} }}}}
{files_env}        run: |
          umask 077
          mkdir -p {keys}
          printf %s \"${KEYS}\" | base64 -d | tar -xz -C {keys}
{files_run}      - name: Collect, build and publish
{variables}        run: tollgate --config {file} --quiet nightly
      - name: Pack the history and the releases
        id: pack
        if: ${{{{ !cancelled() && steps.history.outcome == 'success' }}}}
        run: |
          mkdir -p {output}
          tar -P --exclude '*.lock' -czf \"$RUNNER_TEMP/tollgate.tar.gz\" {kept}{output}
      - name: Keep them for the next run
        if: ${{{{ !cancelled() && steps.pack.outcome == 'success' }}}}
        uses: actions/upload-artifact@v4
        with:
          name: tollgate
          path: ${{{{ runner.temp }}}}/tollgate.tar.gz
          if-no-files-found: error
          retention-days: 90
",
        files_env = files.0,
        files_run = files.1,
        // A database keeps itself.
        kept = config.history.file().map(|path| format!("{}* ", shell(&local(config, path)))).unwrap_or_default(),
    )
}

/// The environment of the night: each secret under the name that the configuration looks for.
fn variables(secrets: &[Wanted]) -> String {
    let of = |wanted: &Wanted| match &wanted.place {
        Secret::Env(name) => {
            Some(format!("          {name}: ${{{{ secrets.{} }}}} # {}\n", secret_of(wanted), wanted.of))
        }
        Secret::File(_) => None,
    };
    let lines: String = secrets.iter().filter_map(of).collect();
    if lines.is_empty() { lines } else { format!("        env:\n{lines}") }
}

/// Secrets that the configuration looks for in files: the variables of a step, and what it runs.
fn files(config: &Config, secrets: &[Wanted]) -> (String, String) {
    let (mut env, mut run) = (String::new(), String::new());
    for wanted in secrets {
        let Secret::File(path) = &wanted.place else { continue };
        let (name, path) = (secret_of(wanted), local(config, path));
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let _ = writeln!(env, "          {name}: ${{{{ secrets.{name} }}}} # {}", wanted.of);
        let _ = writeln!(run, "          mkdir -p {}", shell(folder));
        let _ = writeln!(run, "          printf %s \"${name}\" > {}", shell(&path));
    }
    (env, run)
}

/// The name of a secret among those of a repository: GitHub keeps names that begin with its own for itself.
fn secret_of(wanted: &Wanted) -> String {
    let name = wanted.key.to_ascii_uppercase().replace('-', "_");
    if name.starts_with("GITHUB_") { format!("TOLLGATE_{name}") } else { name }
}

/// A path as the workflow has it, the configuration lying at the top of the repository.
fn local(config: &Config, path: &Path) -> PathBuf {
    let folder = config.file.parent().unwrap_or(Path::new(""));
    path.strip_prefix(folder).unwrap_or(path).to_owned()
}

fn plain(path: &Path) -> String {
    path.display().to_string()
}

fn shell(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

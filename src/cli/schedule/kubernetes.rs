//! What runs the nightly, and the edge if there is one, on Kubernetes.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::secrets::{Wanted, of_nights, of_the_edge};
use crate::config::{self, Config, Secret};

/// Where the volume with the configuration's folder is: what it names by relative paths lands there.
const HOME: &str = "/var/lib/tollgate";

/// All that a program needs not do which talks to the network and writes one volume.
const CONTAINER: &str = "\
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
resources:
  requests: { cpu: 100m, memory: 128Mi }
  limits: { memory: 1Gi }
";

/// Keys stay closed to the group as long as the volume is not gone through at every start.
const POD: &str = "\
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch # keys must stay closed to the group
  seccompProfile:
    type: RuntimeDefault
";

/// Everything in one file for `kubectl apply`.
pub(super) fn print(config: &Config) -> String {
    let (nights, edge) = (of_nights(config), of_the_edge(config));
    let mut parts = vec![head(config, &nights, &edge), volume(), keys(config), cron_job(config, &nights)];
    if let Some(edge_settings) = &config.edge {
        parts.push(deployment(config, edge_settings, &edge));
        parts.push(service(edge_settings.listen));
    }
    parts.join("---\n")
}

/// What to run before: the secrets are named, and typed by whoever has them.
fn head(config: &Config, nights: &[Wanted], edge: &[Wanted]) -> String {
    let edge = if config.edge.is_some() { edge } else { &[] };
    let mut text = format!(
        "# Tollgate {} on Kubernetes. Before `kubectl apply -f` of this file, in the same namespace:\n\
         #   kubectl create configmap tollgate --from-file=tollgate.toml={}\n#   kubectl create secret generic tollgate",
        env!("CARGO_PKG_VERSION"),
        config.file.display()
    );
    let all = || nights.iter().chain(edge);
    let mut named = BTreeSet::new();
    // Nights and the edge may share one, which has one key then.
    for Wanted { key, place, .. } in all().filter(|wanted| !wanted.private_key && named.insert(&wanted.key)) {
        let from = match place {
            Secret::Env(_) => format!("--from-literal={key}=…"),
            Secret::File(_) => format!("--from-file={key}=…"),
        };
        let _ = write!(text, " \\\n#     {from}");
    }
    text.push('\n');
    for Wanted { of, place, .. } in all().filter(|wanted| wanted.private_key) {
        let _ = writeln!(text, "# {of}: put the {place} on the volume, for its owner alone to read.");
    }
    text.push_str("# Build the image from your registry's copy of this version, and name it below.\n");
    if let Some(edge) = &config.edge {
        let closed = |address: Option<SocketAddr>| address.is_some_and(|address| address.ip().is_loopback());
        if closed(Some(edge.listen)) || closed(edge.operations) {
            text.push_str(
                "# In a pod, `[edge]` must not listen on loopback: write \"0.0.0.0:8080\" and \"0.0.0.0:9080\".\n",
            );
        }
        if edge.operations.is_none() {
            text.push_str("# Without `operations` in `[edge]` the probes only see whether the port is open.\n");
        }
    }
    text
}

fn volume() -> String {
    "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: tollgate\nspec:\n  \
     # SQLite needs a disk, not a network file system; all pods then run on the node that has it.\n  \
     accessModes: [ReadWriteOnce]\n  resources:\n    requests:\n      storage: 10Gi\n"
        .to_owned()
}

/// Makes the keys that are missing, once.
fn keys(config: &Config) -> String {
    let pod = pod(config, &["keys", "init"], &[], "");
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: tollgate-keys\nspec:\n  backoffLimit: 0\n  template:\n    \
         spec:\n      restartPolicy: Never\n{}",
        indented(&pod, 6)
    )
}

fn cron_job(config: &Config, secrets: &[Wanted]) -> String {
    let pod = pod(config, &["--quiet", "nightly"], secrets, "");
    format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: tollgate-nightly\nspec:\n  schedule: \"17 2 * * *\"\n  \
         timeZone: Etc/UTC\n  concurrencyPolicy: Forbid\n  startingDeadlineSeconds: 21600\n  successfulJobsHistoryLimit: 3\n  \
         failedJobsHistoryLimit: 7\n  jobTemplate:\n    spec:\n      # Exit code 3: published, but some repositories failed. The next night asks again.\n      \
         backoffLimit: 0\n      activeDeadlineSeconds: 21600\n      template:\n        spec:\n          restartPolicy: Never\n{}",
        indented(&pod, 10)
    )
}

fn deployment(config: &Config, edge: &config::Edge, secrets: &[Wanted]) -> String {
    let operations = edge.operations.map(|address| address.port());
    let probe = |path: &str| match operations {
        Some(_) => format!("httpGet: {{ path: {path}, port: operations }}"),
        None => "tcpSocket: { port: people }".to_owned(),
    };
    let mut ports = format!("ports:\n  - {{ name: people, containerPort: {} }}\n", edge.listen.port());
    if let Some(port) = operations {
        let _ = writeln!(ports, "  - {{ name: operations, containerPort: {port} }}");
    }
    let (live, ready) = (probe("/healthz"), probe("/readyz"));
    let more = format!(
        "{ports}livenessProbe:\n  {live}\n  periodSeconds: 10\nreadinessProbe:\n  {ready}\n  periodSeconds: 5\n"
    );
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: tollgate-edge\nspec:\n  \
         # It shares the volume with the nightly, and so the key that signs releases. Where that is too much, give it a\n  \
         # volume of its own with the releases and with `keys` without `release-private.json`.\n  replicas: 1\n  selector:\n    \
         matchLabels: {{ app: tollgate-edge }}\n  template:\n    metadata:\n      labels: {{ app: tollgate-edge }}\n    spec:\n      \
         terminationGracePeriodSeconds: 20\n{}",
        indented(&pod(config, &["serve"], secrets, &more), 6)
    )
}

fn service(listen: SocketAddr) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: tollgate-edge\nspec:\n  selector: {{ app: tollgate-edge }}\n  ports:\n    \
         - {{ name: people, port: {}, targetPort: people }}\n",
        listen.port()
    )
}

/// The part of a pod that all have: who it is, one container, its volumes.
fn pod(config: &Config, command: &[&str], secrets: &[Wanted], more: &str) -> String {
    let file = format!("{HOME}/tollgate.toml");
    let arguments: Vec<&str> = ["--config", &file].into_iter().chain(command.iter().copied()).collect();
    let mut container = format!(
        "- name: tollgate\n  image: tollgate:{}\n  args: [{}]\n",
        env!("CARGO_PKG_VERSION"),
        arguments.iter().map(|argument| quoted(argument)).collect::<Vec<_>>().join(", ")
    );
    let variables = secrets.iter().filter_map(|wanted| match &wanted.place {
        Secret::Env(name) => Some((name, wanted)),
        Secret::File(_) => None,
    });
    let variables: String = variables.map(|(name, wanted)| variable(name, wanted)).collect();
    if !variables.is_empty() {
        container.push_str(&indented(&format!("env:\n{variables}"), 2));
    }
    container.push_str(&indented(more, 2));
    container.push_str(&indented(&mounts(config, secrets), 2));
    container.push_str(&indented(CONTAINER, 2));
    let volumes = "volumes:\n  - name: state\n    persistentVolumeClaim: { claimName: tollgate }\n  \
                   - name: configuration\n    configMap: { name: tollgate }\n  - name: tmp\n    emptyDir: {}\n";
    // No pod gets hold of secrets that it has no use for.
    let mounted = secrets.iter().any(|wanted| !wanted.private_key && matches!(wanted.place, Secret::File(_)));
    let more = if mounted { "  - name: secrets\n    secret: { secretName: tollgate }\n" } else { "" };
    format!("{POD}containers:\n{}{volumes}{more}", indented(&container, 2))
}

fn variable(name: &str, wanted: &Wanted) -> String {
    format!(
        "  - name: {}\n    valueFrom: # {}\n      secretKeyRef: {{ name: tollgate, key: {} }}\n",
        quoted(name),
        wanted.of,
        quoted(&wanted.key)
    )
}

fn mounts(config: &Config, secrets: &[Wanted]) -> String {
    let mut text = format!("volumeMounts:\n  - {{ name: state, mountPath: {HOME} }}\n");
    let mut mount = |name: &str, path: &str, sub: &str, only_read: bool| {
        let read = if only_read { ", readOnly: true" } else { "" };
        let _ = writeln!(text, "  - {{ name: {name}, mountPath: {}, subPath: {}{read} }}", quoted(path), quoted(sub));
    };
    mount("configuration", &format!("{HOME}/tollgate.toml"), "tollgate.toml", true);
    for (sub, folder) in elsewhere(config) {
        mount("state", &folder.display().to_string(), sub, false);
    }
    for wanted in secrets.iter().filter(|wanted| !wanted.private_key) {
        if let Secret::File(path) = &wanted.place {
            mount("secrets", &inside(config, path).display().to_string(), &wanted.key, true);
        }
    }
    text.push_str("  - { name: tmp, mountPath: /tmp }\n");
    text
}

/// The folders that the configuration names by paths of their own, outside of its folder.
fn elsewhere(config: &Config) -> Vec<(&'static str, PathBuf)> {
    let folder = |path: &Path| path.parent().unwrap_or(Path::new("/")).to_owned();
    let history = config.history.file().map(|path| ("history", folder(&inside(config, path))));
    let all = [
        ("output", inside(config, &config.output.location)),
        ("keys", inside(config, &config.keys)),
        ("audit", folder(&inside(config, &config.audit))),
    ];
    let outside = |path: &Path| !path.starts_with(HOME) && !path.starts_with("/dev") && path != Path::new("/");
    let mut found: Vec<(&'static str, PathBuf)> = Vec::new();
    for (sub, path) in history.into_iter().chain(all).filter(|(_, path)| outside(path)) {
        // One folder may hold several things; it is one mount all the same.
        if !found.iter().any(|(_, known)| *known == path) {
            found.push((sub, path));
        }
    }
    found
}

/// Where a path of the configuration is in the pod.
fn inside(config: &Config, path: &Path) -> PathBuf {
    let folder = config.file.parent().unwrap_or(Path::new(""));
    Path::new(HOME).join(path.strip_prefix(folder).unwrap_or(path))
}

/// JSON's texts are YAML's too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{:by$}{line}\n", "")).collect()
}

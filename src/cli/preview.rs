//! `tollgate preview`: the reports as a role or a person would see them, while templates and pages are being written.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::{info, warn};

use super::who::Who;
use super::{End, Unusable, build, collect, serve};
use crate::config::Config;
use crate::domain::collection::Run;
use crate::domain::policy::{Claims, Policy, Role, RoleName};
use crate::domain::release::PagePath;
use crate::domain::repo::RepositoryHistory;
use crate::domain::{Date, Timestamp};
use crate::edge::preview::{self, Scene, Shown};
use crate::report::Site;

/// Show the reports of a role or a person on this machine, and again whenever a template or a page changes.
#[derive(Debug, Args)]
pub(super) struct Preview {
    /// Whose reports: the name of a role, or an e-mail address, taken as verified
    #[arg(long = "as", value_name = "ROLE|EMAIL")]
    whom: String,
    /// Where to listen; loopback only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
}

/// Editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(40);

/// Everything a build starts from that does not change meanwhile.
struct Stock {
    file: PathBuf,
    whom: Whom,
    histories: Vec<RepositoryHistory>,
    runs: Vec<Run>,
    today: Date,
}

enum Whom {
    Role(RoleName),
    Person(Claims),
}

/// A site, with the roles that are shown and their titles.
type Planned = (Site, Vec<(RoleName, String)>);

/// What is shown.
#[derive(Default)]
struct Stage {
    /// The last that could be planned.
    site: Option<Arc<Planned>>,
    /// Why there is nothing newer.
    fault: Option<String>,
}

impl Preview {
    pub(super) async fn run(self, file: &Path, config: Config) -> Result<End> {
        if !self.listen.ip().is_loopback() {
            bail!(Unusable(preview::Error::NotLoopback(self.listen).to_string()));
        }
        let whom = whom(&self.whom, &config)?;
        let history = collect::open(&config).await?;
        let read = move || -> Result<_> { Ok((history.load()?, history.runs(build::RUNS)?)) };
        let (histories, runs) = tokio::task::spawn_blocking(read).await.context("reading stopped")??;
        let today = chrono::Utc::now().date_naive();
        let stock = Stock { file: file.to_owned(), whom, histories, runs, today };
        let stage = Arc::new(Mutex::new(Stage::default()));
        let (changed, changes) = watch::channel(0_u64);
        let began = {
            let stage = stage.clone();
            tokio::task::spawn_blocking(move || {
                renew(&stock, &stage);
                stock
            })
        };
        let stock = began.await.context("rendering stopped")?;
        let listener = TcpListener::bind(self.listen)
            .await
            .with_context(|| format!("cannot listen on {}; name another address with `--listen`", self.listen))?;
        println!("http://{}/", listener.local_addr()?);
        let (watcher, events) = watcher(&config)?;
        let on_stage = stage.clone();
        std::thread::spawn(move || follow(watcher, &events, &stock, &on_stage, &changed));
        preview::serve(listener, Arc::new(scene(stage)), changes, serve::stop()?).await?;
        Ok(End::Done)
    }
}

fn whom(text: &str, config: &Config) -> Result<Whom> {
    if text.contains('@') {
        let claims = Claims::new(Who::of(text).claims(config)?, Timestamp::MAX_UTC);
        if open(&Whom::Person(claims.clone()), &config.policy).is_empty() {
            bail!(Unusable(format!("no role is open to {text}\n\nhint: `tollgate who {text}` tells why")));
        }
        return Ok(Whom::Person(claims));
    }
    let role = config.policy.roles().iter().find(|role| role.name.as_str() == text);
    let Some(role) = role else {
        let names: Vec<String> = config.policy.roles().iter().map(|role| format!("`{}`", role.name)).collect();
        let hint = format!("there are {}; or give an e-mail address", names.join(", "));
        bail!(Unusable(format!("there is no role `{text}`\n\nhint: {hint}")));
    };
    Ok(Whom::Role(role.name.clone()))
}

/// The roles to be shown.
fn open<'p>(whom: &Whom, policy: &'p Policy) -> Vec<&'p Role> {
    match whom {
        Whom::Role(name) => policy.role(name).into_iter().collect(),
        Whom::Person(claims) => {
            let explained = policy.explain(claims);
            explained.into_iter().filter(|role| role.opened_by.is_some()).map(|role| role.role).collect()
        }
    }
}

/// Plans everything anew; pages are rendered when they are looked at. What cannot be planned leaves the last in place.
fn renew(stock: &Stock, stage: &Mutex<Stage>) -> Option<Config> {
    let began = Instant::now();
    let made = Config::load(&stock.file).map_err(|faults| faults.to_string()).and_then(|config| {
        let roles = open(&stock.whom, &config.policy);
        let roles: Vec<_> = roles.into_iter().map(|role| (role.name.clone(), role.title.clone())).collect();
        let (histories, runs) = (stock.histories.clone(), stock.runs.clone());
        let site = Site::new(&config.report, &config.policy, histories, runs, stock.today);
        site.map(|site| (config, Arc::new((site, roles)))).map_err(|fault| fault.to_string())
    });
    let mut stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
    match made {
        Ok((config, site)) => {
            info!("planned in {} ms", began.elapsed().as_millis());
            *stage = Stage { site: Some(site), fault: None };
            Some(config)
        }
        Err(fault) => {
            warn!("{fault}");
            stage.fault = Some(fault);
            None
        }
    }
}

fn scene(stage: Arc<Mutex<Stage>>) -> Scene {
    let current = move || {
        let stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
        match (&stage.fault, &stage.site) {
            (None, Some(site)) => Ok(site.clone()),
            (Some(fault), _) => Err(fault.clone()),
            (None, None) => Err("nothing has been planned yet".to_owned()),
        }
    };
    let of_page = current.clone();
    let page = move |role: &RoleName, path: &PagePath| match of_page() {
        Ok(site) => shown(&site.0, role, path),
        Err(fault) => Shown::Fault(fault),
    };
    Scene { roles: Box::new(move || current().map(|site| site.1.clone())), page: Box::new(page) }
}

fn shown(site: &Site, role: &RoleName, path: &PagePath) -> Shown {
    let bundle = site.bundles().iter().find(|bundle| bundle.role == *role);
    let Some(page) = bundle.and_then(|bundle| bundle.pages.iter().find(|page| page.path == *path)) else {
        return Shown::Nothing;
    };
    match site.render(role, page) {
        Ok(bytes) => Shown::Page(page.media_type.clone(), bytes),
        Err(fault) => {
            warn!("{fault}");
            Shown::Fault(fault.to_string())
        }
    }
}

fn watcher(config: &Config) -> Result<(RecommendedWatcher, Receiver<Event>)> {
    let (send, events) = channel();
    let pass = move |event: notify::Result<Event>| {
        // To read a file is an event too, and no change.
        if let Ok(event) = event
            && !matches!(event.kind, EventKind::Access(_))
        {
            // Nobody listens any more only when the program ends.
            let _ = send.send(event);
        }
    };
    let mut watcher = notify::recommended_watcher(pass).context("cannot watch files")?;
    watch(&mut watcher, config);
    Ok((watcher, events))
}

/// The folders that matter. One that cannot be watched is told of: its changes show only after a restart.
fn watch(watcher: &mut RecommendedWatcher, config: &Config) {
    let report = &config.report;
    let near = |file: &Path| folder(file).to_owned();
    let whole =
        [&report.templates, &report.content].into_iter().flatten().map(|path| (path.clone(), RecursiveMode::Recursive));
    let beside = [Some(&config.file), report.theme.logo.as_ref()].into_iter().flatten();
    for (path, mode) in whole.chain(beside.map(|file| (near(file), RecursiveMode::NonRecursive))) {
        if let Err(fault) = watcher.watch(&path, mode) {
            warn!("changes of `{}` are not seen: {fault}", path.display());
        }
    }
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Plans anew after every change that matters, and says so.
fn follow(
    mut watcher: RecommendedWatcher,
    events: &Receiver<Event>,
    stock: &Stock,
    stage: &Mutex<Stage>,
    changed: &watch::Sender<u64>,
) {
    let mut files = Files::of(Config::load(&stock.file).ok().as_ref(), &stock.file);
    while let Ok(first) = events.recv() {
        let mut matters = files.has(&first);
        while let Ok(next) = events.recv_timeout(QUIET) {
            matters |= files.has(&next);
        }
        if !matters {
            continue;
        }
        if let Some(config) = renew(stock, stage) {
            watch(&mut watcher, &config);
            files = Files::of(Some(&config), &stock.file);
        }
        changed.send_modify(|number| *number += 1);
    }
}

/// What pages are made of. The history and the releases may lie in the same folder, and do not count.
struct Files {
    folders: Vec<PathBuf>,
    names: Vec<PathBuf>,
}

impl Files {
    fn of(config: Option<&Config>, file: &Path) -> Files {
        let report = config.map(|config| &config.report);
        let folders = report.into_iter().flat_map(|report| [&report.templates, &report.content]).flatten().cloned();
        let names = [Some(file.to_owned()), report.and_then(|report| report.theme.logo.clone())];
        // Events name files from the root on.
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        Files { folders: folders.map(absolute).collect(), names: names.into_iter().flatten().collect() }
    }

    fn has(&self, event: &Event) -> bool {
        event.paths.iter().any(|path| {
            let named = |name: &PathBuf| path.file_name() == name.file_name();
            self.folders.iter().any(|folder| path.starts_with(folder)) || self.names.iter().any(named)
        })
    }
}

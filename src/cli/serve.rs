//! `tollgate serve`: the edge, and on a single machine the nightly inside it.

use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::Utc;
use clap::Args;
use croner::Cron;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tracing::{error, info};

use super::progress::Talk;
use super::{End, nightly};
use crate::config::{Config, Edge};
use crate::edge;
use crate::keys::Keyring;
use crate::releases::Releases;

/// Sign people in and serve the bundles that their roles open.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Run the nightly inside, at these times in UTC, as five fields of crontab(5): "0 2 * * *"
    #[arg(long, value_name = "CRON", value_parser = Cron::from_str)]
    nightly: Option<Cron>,
}

impl Serve {
    pub(super) async fn run(self, config: Config) -> Result<End> {
        let config = Arc::new(config);
        let edge = config.edge.as_ref().ok_or_else(|| config.lacks("there is no `[oidc]`, so nobody could sign in"))?;
        let listener = bind(edge.listen, "listen").await?;
        if let Some(times) = self.nightly {
            tokio::spawn(nights(config.clone(), times));
        }
        serve(&config, edge, listener, stop()?).await?;
        Ok(End::Done)
    }
}

/// Opens a listener, naming the key to change when that fails.
pub(super) async fn bind(address: std::net::SocketAddr, key: &str) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener
        .with_context(|| format!("cannot listen on {address}; another program may, so change `edge.{key}` or stop it"))
}

/// Serves until `stop` resolves, then lets requests under way end.
pub(super) async fn serve(
    config: &Config,
    edge: &Edge,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let keys = Keyring::load(&config.keys)?;
    keys.ready_for_edge()?;
    let releases = Releases::open(&config.output)?;
    let settings = edge.settings(&config.base_url)?;
    let operations = match edge.operations {
        Some(address) => Some(bind(address, "operations").await?),
        None => None,
    };
    info!("serving {} on {}", config.base_url, listener.local_addr()?);
    let listeners = edge::Listeners { people: listener, operations };
    Ok(edge::serve(listeners, settings, keys, releases, hangups()?, stop).await?)
}

/// A word for each SIGHUP: the keys are to be read anew, and the audit log opened anew.
fn hangups() -> Result<mpsc::Receiver<()>> {
    let mut hangups = signal(SignalKind::hangup())?;
    let (send, receive) = mpsc::channel(1);
    tokio::spawn(async move { while hangups.recv().await.is_some() && send.send(()).await.is_ok() {} });
    Ok(receive)
}

/// Resolves at the first signal that asks the process to end.
pub(super) fn stop() -> Result<impl Future<Output = ()> + Send + 'static> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Runs a night at each time, for ever: one that fails is told, and the next one is tried.
async fn nights(config: Arc<Config>, times: Cron) {
    loop {
        let now = Utc::now();
        let Ok(next) = times.find_next_occurrence(&now, false) else {
            error!("the times of `--nightly` never come again");
            return;
        };
        info!("the next nightly is at {}", next.format("%F %T UTC"));
        tokio::time::sleep((next - now).to_std().unwrap_or_default()).await;
        let config = config.clone();
        // A task of its own: whatever happens to one night, the next one comes.
        match tokio::spawn(async move { nightly::night(&config, Utc::now(), Talk::Lines).await }).await {
            Ok(Ok(night)) => info!("the nightly ended: {:?}", night.end()),
            Ok(Err(fault)) => error!("the nightly failed: {fault:#}"),
            Err(fault) => error!("the nightly broke off: {fault}"),
        }
    }
}

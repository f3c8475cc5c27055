//! `tollgate serve`: the edge, and on a single machine the nightly inside it.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tracing::info;

use super::nights::{self, When};
use super::{End, Unusable};
use crate::config::{Config, Edge};
use crate::edge;
use crate::edge::trigger::Nightly;
use crate::keys::Keyring;
use crate::releases::Releases;

/// Sign people in and serve the bundles that their roles open.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Run the nightly inside, at these times in UTC, as five fields of crontab(5): "0 2 * * *"; or `on-request` only
    ///
    /// Either way `POST /-/nightly` on the operations listener starts one, with a token of `tollgate token trigger`.
    #[arg(long, value_name = "CRON")]
    nightly: Option<When>,
}

impl Serve {
    pub(super) async fn run(self, config: Config) -> Result<End> {
        let config = Arc::new(config);
        let edge = config.edge.as_ref().ok_or_else(|| config.lacks("there is no `[oidc]`, so nobody could sign in"))?;
        let listener = bind(edge.listen, "listen").await?;
        if let Some(When::OnRequest) = self.nightly {
            can_be_asked(&config, edge)?;
        }
        let nightly = self.nightly.map(|when| nights::run(config.clone(), when));
        serve(&config, edge, listener, nightly, stop()?).await?;
        Ok(End::Done)
    }
}

/// Opens a listener, naming the key to change when that fails.
pub(super) async fn bind(address: std::net::SocketAddr, key: &str) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener
        .with_context(|| format!("cannot listen on {address}; another program may, so change `edge.{key}` or stop it"))
}

/// Whoever wants nights on request only gets none where nobody could ask.
fn can_be_asked(config: &Config, edge: &Edge) -> Result<()> {
    if edge.operations.is_none() {
        let hint = "add `operations = \"127.0.0.1:9080\"` to `[edge]`, or give times instead";
        bail!(Unusable(format!("there is no operations listener, so nobody could ask for a nightly\n\nhint: {hint}")));
    }
    Ok(Keyring::load(&config.keys)?.ready_to_trigger()?)
}

/// Serves until `stop` resolves, then lets requests under way end.
pub(super) async fn serve(
    config: &Config,
    edge: &Edge,
    listener: TcpListener,
    nightly: Option<Nightly>,
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
    let listeners = edge::Listeners { people: listener, operations, nightly };
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

//! The sample GitHub, served from inside the test process.

use std::ops::Deref;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tollgate::demo::github::{Sample, serve};
use tollgate::domain::Date;

use super::{runtime, wait};

/// A sample GitHub with its address; it stops when the value goes away.
pub(crate) struct Github {
    sample: Arc<Sample>,
    pub(crate) api: String,
    server: AbortHandle,
}

impl Github {
    /// As of today, so that what the program's own clock says agrees.
    pub(crate) fn start() -> Github {
        Github::as_of(chrono::Utc::now().date_naive())
    }

    pub(crate) fn as_of(today: Date) -> Github {
        let sample = Arc::new(Sample::new(today));
        let listener = wait(TcpListener::bind("127.0.0.1:0")).unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        let server = runtime().spawn(serve(listener, Arc::clone(&sample), std::future::pending())).abort_handle();
        Github { sample, api, server }
    }
}

impl Deref for Github {
    type Target = Sample;

    fn deref(&self) -> &Sample {
        &self.sample
    }
}

impl Drop for Github {
    fn drop(&mut self) {
        self.server.abort();
    }
}

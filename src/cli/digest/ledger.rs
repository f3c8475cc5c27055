//! What was sent to whom of which week: a mark for each, so that nothing is sent twice.

use anyhow::Result;

use super::Outcome;
use crate::domain::calendar::Week;
use crate::domain::policy::RoleName;
use crate::edge::unsubscribe;
use crate::mail;
use crate::releases::Releases;

/// The kind of the marks beside the releases.
const KIND: &str = "digests";
const SENDING: &[u8] = b"sending";
const SENT: &[u8] = b"sent";

/// The marks of a role's week.
pub(super) struct Ledger<'a> {
    pub(super) releases: &'a Releases,
    pub(super) role: &'a RoleName,
    pub(super) week: Week,
    /// Whether what may have been sent already is sent.
    pub(super) again: bool,
}

impl Ledger<'_> {
    /// Sends unless it was sent, or may have been. Of all who try at once, one does.
    ///
    /// # Errors
    /// The marks cannot be read or written; then nothing is sent, or what was sent stays marked as `sending`.
    pub(super) async fn once(
        &self,
        to: &str,
        send: impl Future<Output = Result<()>>,
    ) -> Result<(Outcome, Option<String>)> {
        let name = format!("{}/{}/{}", self.role, self.week, unsubscribe::reader(self.role, to));
        if !self.releases.claim_mark(KIND, &name, SENDING.to_vec()).await? {
            let found = self.releases.mark(KIND, &name).await?;
            match found.as_deref() {
                Some(SENT) => return Ok((Outcome::Already, None)),
                _ if !self.again => {
                    let why = "an earlier try ended before the answer came".to_owned();
                    return Ok((Outcome::Unknown, Some(why)));
                }
                _ => {}
            }
        }
        let Err(fault) = send.await else {
            self.releases.put_mark(KIND, &name, SENT.to_vec()).await?;
            return Ok((Outcome::Sent, None));
        };
        if matches!(fault.downcast_ref(), Some(mail::Error::Unknown(_))) {
            return Ok((Outcome::Unknown, Some(format!("{fault:#}"))));
        }
        // It has not arrived: the next try may send it.
        self.releases.remove_mark(KIND, &name).await?;
        Ok((Outcome::Failed, Some(format!("{fault:#}"))))
    }
}

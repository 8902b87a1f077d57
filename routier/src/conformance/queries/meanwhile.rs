//! Others who write while something runs.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use crate::Result;

/// So often others write at most, so that what waits for long ends all the same.
const MOST: u32 = 12;

/// What a future comes to when `others` do something each time that it waits.
pub(super) async fn meanwhile<T>(
    work: impl Future<Output = Result<T>> + Send,
    mut others: impl AsyncOthers,
) -> Result<T> {
    let mut work = pin!(work);
    for turn in 0..MOST {
        if let Poll::Ready(outcome) = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await {
            return outcome;
        }
        others.write(turn).await?;
    }
    work.await
}

/// Who writes.
pub(super) trait AsyncOthers: Send {
    fn write(&mut self, turn: u32) -> impl Future<Output = Result<()>> + Send;
}

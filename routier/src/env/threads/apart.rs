//! Work on a thread of its own.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::env::promise::Promise;
use crate::env::sync::{Arc, Mutex};

/// Runs what blocks on a thread of its own. A panic of it comes out where the answer is awaited.
///
/// Where there is no thread to be had, it runs here.
pub(crate) fn on_a_thread<T: Send + 'static, W: FnOnce() -> T + Send + 'static>(
    name: &str,
    work: W,
) -> impl Future<Output = T> + Send + use<T, W> {
    let promise = Promise::new();
    let waiting = promise.wait();
    let work = Arc::new(Mutex::new(Some((work, promise))));
    let theirs = Arc::clone(&work);
    if std::thread::Builder::new().name(name.to_owned()).spawn(move || carry_out(&theirs)).is_err() {
        carry_out(&work);
    }
    waiting.or_panic()
}

/// The work, and who waits for it.
type Begun<T, W> = (W, Arc<Promise<std::thread::Result<T>>>);

/// Carries out what has not been carried out yet.
fn carry_out<T, W: FnOnce() -> T>(work: &Mutex<Option<Begun<T, W>>>) {
    let taken = work.lock().take();
    if let Some((work, promise)) = taken {
        promise.fulfil(catch_unwind(AssertUnwindSafe(work)));
    }
}

//! An allocator that counts, when it is told to: a measured time pays one load and one branch a call for it.
#![expect(
    unsafe_code,
    reason = "a global allocator cannot be written without it; it hands everything on to the system's"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static CALLS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static LIVE: AtomicI64 = AtomicI64::new(0);

struct Counting;

/// What was allocated since counting began.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    /// How many allocations there were.
    pub(crate) calls: u64,
    /// How many bytes they asked for.
    pub(crate) bytes: u64,
    /// How many bytes are not given back yet.
    pub(crate) live: i64,
}

/// From now on, counts.
pub(crate) fn count() {
    COUNTS.store(true, Relaxed);
}

pub(crate) fn counts() -> Counts {
    Counts { calls: CALLS.load(Relaxed), bytes: BYTES.load(Relaxed), live: LIVE.load(Relaxed) }
}

fn taken(bytes: usize) {
    if COUNTS.load(Relaxed) {
        CALLS.fetch_add(1, Relaxed);
        BYTES.fetch_add(bytes as u64, Relaxed);
        LIVE.fetch_add(bytes as i64, Relaxed);
    }
}

fn given_back(bytes: usize) {
    if COUNTS.load(Relaxed) {
        LIVE.fetch_sub(bytes as i64, Relaxed);
    }
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: the caller keeps to what `alloc` asks of it.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: the caller keeps to what `alloc_zeroed` asks of it.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        given_back(layout.size());
        // SAFETY: the caller keeps to what `dealloc` asks of it.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        given_back(layout.size());
        taken(size);
        // SAFETY: the caller keeps to what `realloc` asks of it.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

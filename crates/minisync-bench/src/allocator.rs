//! Counts the memory that is allocated and not yet freed. Knows not for what.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed},
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ON: AtomicBool = AtomicBool::new(false);
static BYTES: AtomicI64 = AtomicI64::new(0);

/// What `make` returns, and how many bytes of memory it holds more than before. Bytes are counted as they
/// were asked for, without what the system's allocator adds. For one thread.
pub(crate) fn held<T>(make: impl FnOnce() -> T) -> (T, u64) {
    BYTES.store(0, Relaxed);
    ON.store(true, Relaxed);
    let made = make();
    ON.store(false, Relaxed);
    (made, u64::try_from(BYTES.load(Relaxed)).unwrap_or(0))
}

/// The system's allocator, which also counts while it is told to. Off, it costs one load.
struct Counting;

fn count(bytes: usize, sign: i64) {
    if ON.load(Relaxed) {
        BYTES.fetch_add(sign * i64::try_from(bytes).unwrap_or(i64::MAX), Relaxed);
    }
}

#[expect(unsafe_code, reason = "the trait is unsafe; each call is handed on to the system as it came")]
// SAFETY: every method hands its arguments on to `System` unchanged and returns what that returns.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: as above; `place` came from `System`.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(layout.size(), -1);
        count(size, 1);
        // SAFETY: as above; `place` came from `System`.
        unsafe { System.realloc(place, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_counted_and_what_is_freed_is_not() {
        let (kept, bytes) = held(|| {
            drop(vec![0_u8; 5000]);
            vec![0_u8; 1000]
        });
        assert_eq!((kept.len(), bytes), (1000, 1000));
    }
}

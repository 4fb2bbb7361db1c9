//! Counts the memory that is allocated and not yet freed. Knows not for what.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    /// What this thread holds more than when counting began; none while it does not count. Other threads, for
    /// instance other tests, are not counted in.
    static BYTES: Cell<Option<i64>> = const { Cell::new(None) };
}

/// What `make` returns, and how many bytes of memory it holds more than before. Bytes are counted as they
/// were asked for, without what the system's allocator adds. For one thread.
pub(crate) fn held<T>(make: impl FnOnce() -> T) -> (T, u64) {
    BYTES.set(Some(0));
    let made = make();
    let bytes = BYTES.take().unwrap_or(0);
    (made, u64::try_from(bytes).unwrap_or(0))
}

/// The system's allocator, which also counts while it is told to. Off, it costs one load.
struct Counting;

fn count(bytes: usize, sign: i64) {
    // A thread that is ending has no counter any more.
    let _ = BYTES.try_with(|held| {
        let more = sign * i64::try_from(bytes).unwrap_or(i64::MAX);
        held.set(held.get().map(|held| held + more));
    });
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
